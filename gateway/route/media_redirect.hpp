// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/route/sign_set.hpp"

namespace signgate::route {

/// MediaRedirect is a compiled media_redirect: a route that sends its clients to signed links of a
/// rule. Immutable; any thread.
struct MediaRedirect {
  std::shared_ptr<const SignSet> set;  // of its rule alone
  std::string target;                  // the rule's, as configured
};

/// RedirectedPath is what a request asks of such a route.
struct RedirectedPath {
  std::string_view location;  // the route's path
  bool exact = false;         // the location is all of the path: "= /live"
  std::string_view uri;       // normalised ($uri); begins with `location`
  std::string_view written;   // as the client wrote it; empty once an internal redirect changed it
  std::string_view args;      // the query, without `?`
  /// An application was asked whether the client may have it (auth_request): it saw `written`.
  bool judged = false;
};

/// find_media says where the request leads: what follows the location, with the query, stands below
/// the rule's target. The verdict is the matcher's for that link, so that it is refused where the
/// same link on a page would be left alone, and never leads out of the target or into another
/// rule's; not_media also says that nothing follows the location. Outcome::path is the request's
/// path, which grants are held to. What follows is spelled as the client spelled it, since an
/// object's name may depend on it (S3 reads `+` otherwise than `%2B`), but for dot segments and
/// slashes, which are those of the normalised path: that is what locations, and with them access
/// rules, were chosen by. What was judged is refused (refused_path) when it is spelled otherwise in
/// these: who judged it may have read another path in it.
[[nodiscard]] rewrite::LinkMatcher::Outcome find_media(const MediaRedirect& redirect,
                                                       const RedirectedPath& request,
                                                       const rewrite::PageUrl& page);

}  // namespace signgate::route
