// SPDX-License-Identifier: Apache-2.0
// Asio and GoogleTest: what the unit tests of the I/O layers include.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pch_asio.hpp"
