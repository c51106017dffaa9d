// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/rewrite/media_words.hpp"

namespace signgate::rewrite {

/// RestOfDocument looks at the rest of a document at a glance, when all of it is there: what holds
/// none of the media's words, and nothing that may hide one (hidden_words.hpp), need not be read
/// for what it means. That is the same for every format without variables of its own. One for each
/// document; one thread.
class RestOfDocument {
 public:
  /// The document's policies for the browser are looked for too if `has_policies`.
  explicit RestOfDocument(bool has_policies) noexcept : has_policies_(has_policies) {}

  /// is_free says for sure that text[begin, end of the document) holds no link to media and no
  /// <meta> with a policy; nothing has begun before `begin` that goes on there. The words have to
  /// tell of the page's links (MediaWords::tell); `search` is one for the whole document. However
  /// often it is asked, with a `begin` that never falls, each byte is looked at once.
  [[nodiscard]] bool is_free(const MediaWords& words, WordSearch& search, std::string_view text,
                             std::size_t begin);

  /// drop says that the text has lost that many bytes at its front.
  void drop(std::size_t count) noexcept;

 private:
  bool has_policies_;
  std::size_t doubt_ = 0;  // up to here the rest is not free
};

}  // namespace signgate::rewrite
