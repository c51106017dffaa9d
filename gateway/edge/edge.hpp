// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/message.hpp"
#include "gateway/edge/object_cache.hpp"
#include "gateway/edge/origin_message.hpp"
#include "signing/verified_signatures.hpp"

namespace signgate::edge {

/// Question is what has to be asked of the origin before a viewer can be answered, and what the
/// edge remembers meanwhile. It keeps the distribution that the request began with.
struct Question {
  OriginRequest request;
  std::string cache_key;
  std::shared_ptr<const Distribution> distribution;
  const Behavior* behavior = nullptr;  // of it
  bool is_part = false;                // the viewer's Range is asked for
  std::string part_of;                 // the ETag of what it has to be a part of; empty: whatever
  bool has_changed = false;            // the object did between two questions
  bool lost_referer = false;           // the viewer sent one, and the behaviour does not forward it
};

/// Step is the viewer's answer, or the next question.
using Step = std::variant<EdgeResponse, Question>;

/// Edge is CloudFront without its origin, as a function from request and time to answer or
/// question: no I/O of its own. It checks in CloudFront's order: host, method, behaviour,
/// signature, cache. Who owns what: begin() and resume() return values that own all they hold; the
/// ViewerRequest has to live from begin() to the answer. Any number of questions may be open at the
/// same time, and one may be dropped. Not thread-safe.
class Edge {
 public:
  explicit Edge(Distribution distribution);

  /// begin takes a request that arrived at `now`.
  [[nodiscard]] Step begin(const ViewerRequest& request, UnixSeconds now);

  /// resume takes the origin's answer to a question of begin() or resume() for the same request,
  /// stores it as the behaviour says, and answers the viewer; or it asks once more, for the part
  /// that the viewer wants of an object too large to keep. The viewer's conditions were judged by
  /// the answer for all of it, so a part of another version is not taken: the object is asked for
  /// anew. There are four questions at most.
  [[nodiscard]] Step resume(Question question, OriginAnswer answer, const ViewerRequest& request,
                            UnixSeconds now);

  /// reconfigure takes another distribution for requests from now on; the cache stays.
  void reconfigure(Distribution distribution);

  [[nodiscard]] ObjectCache& cache() noexcept { return cache_; }
  [[nodiscard]] const signing::VerifiedSignatures& signatures() const noexcept {
    return signatures_;
  }
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }

 private:
  [[nodiscard]] Step begin_admitted(const ViewerRequest& request, UnixSeconds now);
  [[nodiscard]] Step resume_admitted(Question question, OriginAnswer answer,
                                     const ViewerRequest& request, UnixSeconds now);
  /// With the origin's 304 as `unchanged`, or null when it failed.
  [[nodiscard]] std::optional<EdgeResponse> serve_stale(const Question& question,
                                                        const ViewerRequest& request,
                                                        UnixSeconds now,
                                                        const OriginAnswer* unchanged);
  [[nodiscard]] EdgeResponse serve_error(const Question& question, OriginAnswer answer,
                                         UnixSeconds now);
  void finish(const Distribution& distribution, const ViewerRequest& request, Step& step) const;

  std::shared_ptr<const Distribution> distribution_;
  ObjectCache cache_;
  signing::VerifiedSignatures signatures_;
  std::uint64_t requests_ = 0;
};

}  // namespace signgate::edge
