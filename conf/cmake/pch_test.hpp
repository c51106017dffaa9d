// SPDX-License-Identifier: Apache-2.0
// The standard library and GoogleTest: what every unit test includes.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pch_std.hpp"
