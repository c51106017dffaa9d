// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/metrics.hpp"

#include <initializer_list>
#include <span>
#include <string_view>

namespace signgate::server {
namespace {

struct Value {
  std::string_view labels;  // `{name="value"}`, or empty
  std::uint64_t value;
};

/// Writer appends families: what they mean, their type, their values.
class Writer {
 public:
  void counter(std::string_view name, std::string_view help, std::span<const Value> values) {
    family(name, "counter", help, values);
  }
  void gauge(std::string_view name, std::string_view help, std::span<const Value> values) {
    family(name, "gauge", help, values);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

  void counter(std::string_view name, std::string_view help, std::initializer_list<Value> values) {
    counter(name, help, std::span<const Value>(values.begin(), values.size()));
  }
  void gauge(std::string_view name, std::string_view help, std::initializer_list<Value> values) {
    gauge(name, help, std::span<const Value>(values.begin(), values.size()));
  }

 private:
  void family(std::string_view name, std::string_view type, std::string_view help,
              std::span<const Value> values) {
    out_.append("# HELP signgate_").append(name).append(" ").append(help).append("\n");
    out_.append("# TYPE signgate_").append(name).append(" ").append(type).append("\n");
    for (const Value& each : values) {
      out_.append("signgate_").append(name).append(each.labels).append(" ");
      out_.append(std::to_string(each.value)).append("\n");
    }
  }

  std::string out_;
};

void write_traffic(Writer& writer, const MetricsSample& sample) {
  const proxy::Counters& c = sample.counters;
  writer.gauge("workers", "Event loops that accept connections.", {{"", sample.workers}});
  writer.gauge("workers_leaving",
               "Event loops of a former configuration that end with their connections.",
               {{"", sample.workers_leaving}});
  writer.gauge("connections", "Client connections open now.", {{"", sample.connections}});
  writer.counter("connections_accepted_total", "Client connections accepted.", {{"", c.accepted}});
  writer.counter("connections_refused_total", "Closed at once: worker_connections reached.",
                 {{"", c.refused_connections}});
  writer.counter("connections_reused_total",
                 "Closed while idle to make room for new ones: worker_connections nearly reached.",
                 {{"", c.reused_connections}});
  writer.counter("requests_total", "Requests read.", {{"", c.requests}});
  writer.counter("bad_requests_total", "Refused before a route was looked for.",
                 {{"", c.bad_requests}});
  writer.counter("requests_refused_total", "Refused by access rules and limits.",
                 {{"{reason=\"access\"}", c.denied},
                  {"{reason=\"limit_req\"}", c.req_limited},
                  {"{reason=\"limit_conn\"}", c.conn_limited}});
  writer.counter("requests_delayed_total", "Requests that limit_req let wait.",
                 {{"", c.req_delayed}});
  writer.counter("answers_compressed_total",
                 "Answers that left compressed by gzip, brotli or zstd.", {{"", c.compressed}});
  writer.counter("upstream_errors_total", "Requests that failed at the upstream.",
                 {{"", c.upstream_errors}});
  writer.counter("tls_handshakes_total", "TLS handshakes with clients.",
                 {{"{result=\"full\"}", c.tls_handshakes - c.tls_resumed},
                  {"{result=\"resumed\"}", c.tls_resumed},
                  {"{result=\"failed\"}", c.tls_failed}});
  writer.counter("answers_cut_total", "Answers that could not be completed.", {{"", c.cut}});
}

void write_rewriting(Writer& writer, const proxy::Counters& c) {
  writer.counter("answers_rewritten_total", "Answers whose body was scanned for links.",
                 {{"", c.rewritten}});
  writer.counter("answers_passed_total", "Answers of routes that sign which could not be scanned.",
                 {{"{reason=\"coding\"}", c.passed_unknown_coding},
                  {"{reason=\"broken_coding\"}", c.passed_broken_coding},
                  {"{reason=\"charset\"}", c.passed_unscannable_charset + c.scanned.passed_charset},
                  {"{reason=\"no_url\"}", c.passed_without_url}});
  writer.counter("links_scanned_total",
                 "Links looked at; most that cannot be media are passed over.",
                 {{"", c.scanned.links}});
  writer.counter("links_signed_total", "Links to private media that left signed.",
                 {{"", c.links_signed}});
  writer.counter("links_unsigned_total", "Links to private media that stayed as they were.",
                 {{"{reason=\"reflected\"}", c.refused_reflected},
                  {"{reason=\"unclear_request\"}", c.refused_unclear},
                  {"{reason=\"not_granted\"}", c.unsigned_not_granted},
                  {"{reason=\"grant_failed\"}", c.unsigned_grant_failed},
                  {"{reason=\"grant_limit\"}", c.unsigned_grant_limit},
                  {"{reason=\"no_key\"}", c.unsigned_no_key},
                  {"{reason=\"no_address\"}", c.unsigned_no_address},
                  {"{reason=\"pattern\"}", c.unsigned_pattern},
                  {"{reason=\"signed_too_long\"}", c.unsigned_too_long},
                  {"{reason=\"signing_failed\"}", c.unsigned_failed},
                  {"{reason=\"reserved_name\"}", c.scanned.refused_reserved},
                  {"{reason=\"other_rule\"}", c.scanned.refused_rule},
                  {"{reason=\"path\"}", c.scanned.refused_path},
                  {"{reason=\"template\"}", c.scanned.refused_template},
                  {"{reason=\"link_charset\"}", c.scanned.refused_charset},
                  {"{reason=\"user_content\"}", c.scanned.refused_user_content},
                  {"{reason=\"too_long\"}", c.scanned.too_long}});
  writer.counter("grants_malformed_total",
                 "Answers whose list of granted links was malformed, so that nothing was granted.",
                 {{"", c.malformed_grants}});
  writer.counter("csp_extended_total",
                 "Content-Security-Policy fields to which the origin of private media was added.",
                 {{"", c.csp_extended}});
  writer.counter(
      "referrer_policies_total",
      "Answers whose Referrer-Policy kept the Referer from private media: passed with a "
      "warning, or repaired.",
      {{"{result=\"warned\"}", c.referrer_warned}, {"{result=\"repaired\"}", c.referrer_repaired}});
  writer.counter("cookies_total", "Sets of CloudFront's cookies that answers were to carry.",
                 {{"{result=\"set\"}", c.cookies_set}, {"{result=\"unset\"}", c.cookies_unset}});
  writer.counter("request_links_total",
                 "Signed links in request bodies: those whose signature was taken out, and those "
                 "that were too long to be looked at.",
                 {{"{result=\"stripped\"}", c.stripped.stripped},
                  {"{result=\"too_long\"}", c.stripped.too_long}});
  writer.counter("request_bodies_passed_total",
                 "Request bodies in which signed links could not be looked for.",
                 {{"{reason=\"coding\"}", c.unstripped_coding},
                  {"{reason=\"charset\"}", c.unstripped_charset}});
}

// A label's value: the address of a unix socket may hold anything.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

void write_health(Writer& writer, const MetricsSample& sample) {
  if (sample.peers.empty()) return;
  std::vector<std::string> labels;
  for (const PeerHealth& peer : sample.peers) {
    const std::string of =
        "upstream=\"" + escaped(peer.upstream) + "\",peer=\"" + escaped(peer.peer) + "\"";
    labels.push_back("{" + of + "}");
    labels.push_back("{" + of + ",result=\"passed\"}");
    labels.push_back("{" + of + ",result=\"failed\"}");
  }
  std::vector<Value> healthy;
  std::vector<Value> checks;
  for (std::size_t i = 0; i < sample.peers.size(); ++i) {
    healthy.push_back({labels[3 * i], sample.peers[i].healthy ? 1U : 0U});
    checks.push_back({labels[3 * i + 1], sample.peers[i].passed});
    checks.push_back({labels[3 * i + 2], sample.peers[i].failed});
  }
  writer.gauge("upstream_peer_healthy", "Whether health checks find the server well.", healthy);
  writer.counter("upstream_health_checks_total", "Health checks of the server.", checks);
}

void write_signing(Writer& writer, const MetricsSample& sample) {
  const signing::MemoStatistics& memo = sample.memo;
  writer.counter("memo_lookups_total",
                 "Signatures asked for: remembered, made, or waited for while another made them.",
                 {{"{result=\"hit\"}", memo.hits},
                  {"{result=\"miss\"}", memo.misses},
                  {"{result=\"wait\"}", memo.waits}});
  writer.counter("memo_evicted_total", "Signatures that made room for others.",
                 {{"", memo.evictions}});
  writer.counter("memo_refused_total", "Signatures too large to remember.", {{"", memo.refused}});
  writer.counter("memo_signed_ahead_total", "Signatures begun ahead of their time.",
                 {{"", memo.ahead}});
  writer.gauge("memo_entries", "Signatures remembered now.", {{"", memo.entries}});
  writer.gauge("memo_bytes", "Memory that they take.", {{"", memo.bytes}});
  writer.counter("signer_jobs_total", "Batches that the signer threads have taken.",
                 {{"", sample.signers.jobs}});
  writer.gauge("signer_queue", "Batches that wait for a signer thread.",
               {{"", sample.signers.queued}});
  writer.gauge("signer_waiting", "Batches that wait for a place in that queue.",
               {{"", sample.signers.waiting}});
}

}  // namespace

void add(proxy::Counters& total, const proxy::Counters& worker) noexcept {
  total.accepted += worker.accepted;
  total.refused_connections += worker.refused_connections;
  total.reused_connections += worker.reused_connections;
  total.requests += worker.requests;
  total.bad_requests += worker.bad_requests;
  total.denied += worker.denied;
  total.req_limited += worker.req_limited;
  total.conn_limited += worker.conn_limited;
  total.req_delayed += worker.req_delayed;
  total.compressed += worker.compressed;
  total.upstream_errors += worker.upstream_errors;
  total.tls_handshakes += worker.tls_handshakes;
  total.tls_resumed += worker.tls_resumed;
  total.tls_failed += worker.tls_failed;
  total.rewritten += worker.rewritten;
  total.passed_unknown_coding += worker.passed_unknown_coding;
  total.passed_broken_coding += worker.passed_broken_coding;
  total.passed_unscannable_charset += worker.passed_unscannable_charset;
  total.passed_without_url += worker.passed_without_url;
  total.cut += worker.cut;
  total.links_signed += worker.links_signed;
  total.refused_reflected += worker.refused_reflected;
  total.refused_unclear += worker.refused_unclear;
  total.unsigned_not_granted += worker.unsigned_not_granted;
  total.unsigned_grant_failed += worker.unsigned_grant_failed;
  total.unsigned_grant_limit += worker.unsigned_grant_limit;
  total.malformed_grants += worker.malformed_grants;
  total.unsigned_no_key += worker.unsigned_no_key;
  total.unsigned_no_address += worker.unsigned_no_address;
  total.unsigned_pattern += worker.unsigned_pattern;
  total.unsigned_too_long += worker.unsigned_too_long;
  total.unsigned_failed += worker.unsigned_failed;
  total.csp_extended += worker.csp_extended;
  total.referrer_warned += worker.referrer_warned;
  total.referrer_repaired += worker.referrer_repaired;
  total.cookies_set += worker.cookies_set;
  total.cookies_unset += worker.cookies_unset;
  total.scanned += worker.scanned;
  total.stripped += worker.stripped;
  total.unstripped_coding += worker.unstripped_coding;
  total.unstripped_charset += worker.unstripped_charset;
}

std::string metrics_text(const MetricsSample& sample) {
  Writer writer;
  write_traffic(writer, sample);
  write_health(writer, sample);
  write_rewriting(writer, sample.counters);
  write_signing(writer, sample);
  return writer.take();
}

}  // namespace signgate::server
