// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rest_of_document.hpp"

namespace signgate::rewrite {

/// skim_html is the fast one of the two speeds at which HTML is read: it passes over text, and over
/// whole tags that neither change how what follows is read nor hold a link that may be media, and
/// returns the place of the first `<` that the tokenizer has to look at, or where the window ends.
/// `from` must be in the data state, outside of SVG and MathML. Each link that was ruled out on the
/// way is counted in `links`. With a `sink` for this window, of a document in UTF-8, tags are
/// passed over too whose links are plain text: the sink gets these, up to `most` in its batch, and
/// the place may then be that of a tag that could be passed over. With `words`, where these tell of
/// the page's links (MediaWords::tell), tags without any of them are passed over faster still, and
/// their links are not counted; the search is one for the whole document, as is `rest`, which is
/// for the last window: where the rest of the page is free of media, all of it is passed over. What
/// it does not understand at a glance it leaves to the tokenizer, so that both together find what
/// the tokenizer finds alone.
[[nodiscard]] std::size_t skim_html(std::string_view window, std::size_t from,
                                    const LinkMatcher& matcher, const PageUrl& page,
                                    std::uint64_t& links, LinkSink* sink = nullptr,
                                    std::size_t most = 0, WordSearch* words = nullptr,
                                    RestOfDocument* rest = nullptr);

}  // namespace signgate::rewrite
