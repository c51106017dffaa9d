// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// XmlReference is one `&...;` of an XML document.
struct XmlReference {
  std::size_t length = 0;  // with `&` and `;`; 0 = none that could be resolved here
  bool cut = false;        // length is 0, but more text might make it one
  std::string text;        // what it stands for, as UTF-8
};

/// read_xml_reference reads the reference at the front of `text`, which begins with `&`: one of
/// amp, lt, gt, quot and apos, or a numeric one. Entities that a document type may declare are not
/// known. Pure. Source: XML 1.0, sections 4.1 and 4.6.
[[nodiscard]] XmlReference read_xml_reference(std::string_view text);

/// has_known_references says that every `&` in `raw` begins a reference that read_xml_reference
/// knows, so that AttributeText, which knows HTML's, decodes `raw` as XML does.
[[nodiscard]] bool has_known_references(std::string_view raw);

}  // namespace signgate::rewrite
