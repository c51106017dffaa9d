// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/rewrite/link_attributes.hpp"
#include "gateway/rewrite/user_content.hpp"

namespace signgate::rewrite {

/// PageRules are what a route says of where links are looked for, beside the formats' own rules.
/// Immutable and shared between threads once they are made.
struct PageRules {
  LinkAttributes attributes;
  UserContentRules user_content;
  bool script_strings = false;  // string literals of JavaScript are looked at
  bool webvtt = false;          // answers of text/vtt are
  bool plain_text = false;      // answers of text/plain are
};

}  // namespace signgate::rewrite
