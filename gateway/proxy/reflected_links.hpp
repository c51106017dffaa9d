// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/http/head.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/request_text.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::proxy {

/// ReflectedLinks tells links that came with the request for a page: reflect = "refuse". A link did
/// if the query or the body has its path below the prefix of its rule, or the whole path where that
/// is shorter than limits::reflected_path; if they have what is written of a relative link's path,
/// behind its dot segments; or if the request's own path has the whole of its path, since a page
/// may well be named as its media is. A link in a string of JavaScript may have come with any
/// backslash, since that may begin an escape which is not read; one that is led by a base of the
/// page's with whatever may be a <base>; and one of dot segments alone, or of a query, with
/// anything. Header fields are not looked at.
/// One request, one thread; what is not asked for is not looked into.
class ReflectedLinks {
 public:
  enum class Verdict : std::uint8_t {
    own,        // the page's own
    reflected,  // the request has it
    unclear,    // the request cannot be judged: see rewrite::RequestText::is_unclear; or the link
                // stands in a string of JavaScript, and the request has a backslash; or a relative
                // link is less than limits::reflected_path, or a word, that the query has, or that
                // a body may have; or has nothing of a path; or the request may have the base that
                // leads it; or limits::reflected_search is used up
  };

  /// ReflectedLinks borrows both: the head, and what was read of the body so far, of which there
  /// may be more at the next judge(); null: there is none.
  ReflectedLinks(const http::RequestHead& request, rewrite::RequestText* body)
      : request_(request), body_(body) {}

  /// judge says where a link of a rule of the set comes from.
  [[nodiscard]] Verdict judge(const route::SignSet& set, const rewrite::Link& link);

 private:
  [[nodiscard]] bool holds(const rewrite::RequestText& text, std::string_view below,
                           std::string_view path);
  [[nodiscard]] Verdict judge_as_written(std::string_view relative);
  [[nodiscard]] Verdict judge_by_path(const rewrite::Link& link);
  [[nodiscard]] bool may_have_base();
  [[nodiscard]] const rewrite::RequestText& path_text();

  const http::RequestHead& request_;
  rewrite::RequestText* body_;
  std::optional<rewrite::RequestText> query_;  // once it was needed
  std::optional<rewrite::RequestText> words_;  // the query's
  std::optional<rewrite::RequestText> path_;
  std::size_t searched_ = 0;  // bytes, for all links so far
};

}  // namespace signgate::proxy
