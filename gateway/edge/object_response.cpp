// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/object_response.hpp"

#include <utility>

#include "gateway/edge/error_document.hpp"
#include "gateway/edge/selection.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

EdgeResponse precondition_failed(std::string_view condition, std::uint64_t number) {
  EdgeResponse refused = error_response(s3_error(
      {412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
       "<Condition>" + std::string(condition) + "</Condition>"},
      number));
  refused.reason = "precondition: the object is not the one of the request's ";
  refused.reason += condition;
  return refused;
}

EdgeResponse invalid_range(const ViewerRequest& request, std::uint64_t size, std::uint64_t number) {
  const std::string asked(request.fields->value(http::HeaderId::range).value_or(""));
  EdgeResponse refused = error_response(
      s3_error({416, "InvalidRange", "The requested range is not satisfiable",
                "<RangeRequested>" + xml_escape(asked) + "</RangeRequested><ActualObjectSize>" +
                    std::to_string(size) + "</ActualObjectSize>"},
               number));
  refused.add("Content-Range", "bytes */" + std::to_string(size));
  refused.reason = "invalid_range: the object has " + std::to_string(size) + " bytes";
  return refused;
}

/// Of a 304 the fields that describe the body are left out. Source: RFC 9110 section 15.4.5.
bool describes_body(std::string_view name) noexcept {
  for (const std::string_view own :
       {"Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition"}) {
    if (http::equal_ignoring_case(name, own)) return true;
  }
  return false;
}

}  // namespace

CachedObject to_cached(const OriginAnswer& answer, UnixSeconds now) {
  CachedObject object;
  object.status = answer.status;
  object.server = answer.server;
  object.fields = std::make_shared<const FieldLines>(answer.fields);
  object.bytes = answer.body.bytes;
  object.size = answer.body.length;
  object.etag = find_line(answer.fields, "ETag").value_or("");
  if (const auto modified = find_line(answer.fields, "Last-Modified")) {
    object.last_modified = http::parse_http_date(*modified, now);
  }
  object.stored = now;
  object.code = answer.code;
  object.reason = answer.reason;
  return object;
}

EdgeResponse object_response(const CachedObject& object, Body source, const ViewerRequest& request,
                             UnixSeconds now, std::uint64_t number) {
  const Selection selection =
      select({object.etag, object.last_modified, object.size}, *request.fields, now);
  if (selection.status == 412) return precondition_failed(selection.failed, number);
  if (selection.status == 416) return invalid_range(request, object.size, number);
  EdgeResponse response;
  response.status = selection.status;
  response.server = object.server;
  response.from_origin = true;
  response.fields.reserve(object.fields->size() + 5);  // X-Cache, Via, Age, Content-Range, Vary
  for (const auto& [name, value] : *object.fields) {
    if (selection.status != 304 || !describes_body(name)) response.add(name, value);
  }
  if (selection.status == 304) return response;
  if (selection.status == 206) {
    response.add("Content-Range", "bytes " + std::to_string(selection.offset) + '-' +
                                      std::to_string(selection.offset + selection.length - 1) +
                                      '/' + std::to_string(object.size));
  }
  response.body = std::move(source);
  response.body.offset = selection.offset;
  response.body.length = selection.length;
  return response;
}

EdgeResponse plain_response(const CachedObject& answer, Body body) {
  EdgeResponse response;
  response.status = answer.status;
  response.server = answer.server;
  response.from_origin = true;
  response.fields = *answer.fields;
  response.body = std::move(body);
  response.code = answer.code;
  response.reason = answer.reason;
  if (response.status >= 400) response.add("X-Cache", "Error from cloudfront");
  return response;
}

EdgeResponse error_response(OriginAnswer answer) {
  Body body = std::move(answer.body);
  return plain_response(to_cached(answer, 0), std::move(body));
}

}  // namespace signgate::edge
