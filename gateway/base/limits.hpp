// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every fixed size in the gateway, by name. What an operator may change is in config/config.hpp.
namespace signgate::limits {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

/// A response's memory is a constant: one read buffer, one decoded window, one batch of links.
inline constexpr std::size_t read_buffer = 16 * kib;  // one read from a client
inline constexpr std::size_t response_buffer =
    68 * kib;  // one read from an upstream, head and all: most pages are one
inline constexpr std::size_t scan_window =
    response_buffer;  // carried token and fresh bytes together
inline constexpr std::size_t put_back =
    16 * kib;  // a longer token is carried beside the buffer it was read into
inline constexpr std::size_t links_per_batch =
    64;  // the scanner stops here; the shell signs and asks again
inline constexpr std::size_t copied_literal = 512;  // what is shorter is copied between links
inline constexpr std::size_t link_length =
    8 * kib;  // longer links go out untouched (CloudFront's own limit: 8,192)
inline constexpr std::size_t request_text =
    64 * kib;  // of a request, what may be paths of links: see rewrite::RequestText
inline constexpr std::size_t request_text_without_dots =
    request_text / 2;  // of that, such as have no dot: base64 is nothing else
inline constexpr std::size_t reflected_path = 5;  // a shorter path below its prefix needs that too
inline constexpr std::size_t reflected_search =
    16 * mib;  // bytes of the request that are searched for the links of one answer
inline constexpr std::size_t unsigned_link =
    3 * link_length;  // bytes of a link in a request's body: each percent-encoded by a form
inline constexpr std::size_t explained_links = 100000;  // `signgate explain`: more are only counted
/// `explain`: links of an answer that are told; bytes of one text, of what is told of links in the
/// header, and behind the body.
inline constexpr std::size_t explained_answer_links = 200;
inline constexpr std::size_t explained_text = 500;
inline constexpr std::size_t explained_head = 4 * kib;
inline constexpr std::size_t explained_trailer = 8 * kib;
inline constexpr std::size_t explained_page = 64 * mib;  // what it reads of a page, decoded
inline constexpr std::size_t decoder_step = 32 * kib;    // output of one decoder step
inline constexpr std::size_t decoder_ratio = 1100;       // deflate cannot exceed 1032:1
inline constexpr std::size_t decoder_run = 8 * mib;      // br and zstd write runs in a few bytes
inline constexpr std::size_t decoder_bulk = 64 * mib;  // beyond that the ratio is bounded for real,
inline constexpr std::size_t decoder_bulk_ratio = 200;  // which no text comes near
inline constexpr std::size_t encoder_step = 32 * kib;   // output of one encoder step
inline constexpr std::size_t idle_encoders = 16;        // kept by a worker, 260 KiB each

/// Of a client's request: what a worker keeps for the next ones, how many connections may hold
/// theirs while they wait, and the largest buffer in it.
inline constexpr std::size_t request_memories = 256;
inline constexpr std::size_t waiting_memories = 64;
inline constexpr std::size_t kept_head_buffer = 4 * kib;

/// Connections that a listener accepts before others have their turn.
inline constexpr std::size_t accepted_in_turn = 16;

/// Spans that one write hands to the system at once; what is beyond goes with the next. A batch of
/// links with what stands between them, and a chunk's frame.
inline constexpr std::size_t gathered_parts = 2 * links_per_batch + 4;

/// How long an upstream, or a name server, is waited for before we look whether the client still
/// waits.
inline constexpr std::chrono::milliseconds watch_interval{1000};

/// Names: remembered by one resolver, asked for by it at once; how often the system's resolver is
/// asked for the names of upstreams again, and for those it did not find.
inline constexpr std::size_t resolver_names = 1024;
inline constexpr std::size_t resolver_questions = 256;
inline constexpr std::chrono::milliseconds name_interval{30000};
inline constexpr std::chrono::milliseconds missing_name_interval{5000};
inline constexpr std::chrono::milliseconds shortest_name_interval{1000};
/// Bodies in files: threads of a worker that do the reading and writing; one read of such a file.
inline constexpr std::size_t file_threads = 2;
inline constexpr std::size_t body_step = 64 * kib;

/// Tunnels (Upgrade): one read of either side; buffers that a worker keeps for the next read.
inline constexpr std::size_t tunnel_buffer = 16 * kib;
inline constexpr std::size_t tunnel_buffers = 64;

inline constexpr std::size_t internal_redirects = 10;  // of one request; nginx's number

inline constexpr std::size_t host_name = 253;  // bytes of a host's name (RFC 1035)
inline constexpr std::size_t file_name = 255;  // bytes of a file's name, as Linux takes it

/// Logs: what is gathered before it is written where no buffer is configured, the largest buffer
/// that may be, that of a log with gzip alone (nginx's number), and what is kept while a file
/// cannot be written; how many files open_log_file_cache may keep open.
inline constexpr std::size_t log_batch = 64 * kib;
inline constexpr std::size_t log_buffer = 64 * mib;
inline constexpr std::size_t log_gzip_buffer = 64 * kib;
inline constexpr std::size_t log_backlog = 1 * mib;
inline constexpr std::chrono::milliseconds log_retry{100};
inline constexpr std::uint32_t open_logs = 65536;

inline constexpr std::size_t error_lines = 100;  // a worker's, about upstreams, in one second

/// Heads.
inline constexpr std::uint32_t most_headers = 100000;     // what max_headers may be
inline constexpr std::size_t kept_fields = 64;            // a worker keeps the memory of so many
inline constexpr std::size_t response_fields = 10000;     // of an upstream's head; nginx: no bound
inline constexpr std::size_t response_head = 64 * kib;    // the whole head of an upstream's answer
inline constexpr std::size_t chunk_line = 4 * kib;        // a chunk-size line with its extensions
inline constexpr std::size_t trailer_section = 16 * kib;  // all trailers of one message
inline constexpr std::size_t multipart_boundary = 70;     // RFC 2046 section 5.1.1
inline constexpr std::size_t multipart_head = 8 * kib;    // the head of a part of a request's body
inline constexpr std::size_t informational_answers = 16;  // 1xx answers before the final one
inline constexpr std::size_t entity_tag = 1 * kib;        // longer upstream tags are not wrapped
inline constexpr std::size_t proxy_header = 4 * kib;      // of the PROXY protocol, version 2

/// Zones of limit_req and limit_conn, and what a state in one costs beside its key.
inline constexpr std::uint64_t limit_zone = std::uint64_t{1024} * mib;
inline constexpr std::size_t limit_state = 128;
inline constexpr std::size_t limit_key = 65535;               // nginx: longer keys are not counted
inline constexpr std::chrono::milliseconds limit_watch{500};  // while one waits: is it wanted still

/// auth_basic: a user file, how many of them a worker keeps, and the answer to an auth_request.
inline constexpr std::size_t user_file = 16 * mib;
inline constexpr std::size_t user_files = 64;
/// Passwords whose hash is slow: checks that wait for a thread, more are answered 503; and those
/// that were right, remembered by a worker in 32 bytes each.
inline constexpr std::size_t password_queue = 64;
inline constexpr std::size_t known_passwords = 1024;
inline constexpr std::size_t auth_answer = 64 * kib;  // longer: its connection is closed

/// grant = "auth_request": prefixes that one page may have asked for, and answers that a worker
/// remembers, some 100 bytes each.
inline constexpr std::size_t grant_prefixes = 128;
inline constexpr std::size_t grant_answers = 16384;

/// Codings of answers.
inline constexpr std::size_t idle_blocks = 8 * mib;  // memory of br that a worker keeps
inline constexpr int coding_window_bits = 18;        // of br and zstd: 256 KiB on either side

/// Signatures that all workers remember, in bytes: some 40,000 RSA ones.
inline constexpr std::size_t signature_memo = 32 * mib;

/// Batches of links that a signer thread may take; who finds no place waits for one.
inline constexpr std::size_t signer_queue = 256;

/// `signgate sign --url -`: a line of its input, and lines that one thread signs in a row.
inline constexpr std::size_t sign_line = 64 * kib;
inline constexpr std::size_t sign_block = 64;
inline constexpr std::size_t sign_block_bytes = 64 * kib;

/// The admin interface: a request's head, and connections at once.
inline constexpr std::size_t admin_request = 8 * kib;
inline constexpr std::size_t admin_connections = 64;

/// Configuration and documents read from files.
inline constexpr std::size_t config_file = 4 * mib;
inline constexpr std::size_t config_key_parts = 16;  // parts of one dotted key
inline constexpr std::size_t config_depth = 32;      // arrays and inline tables within each other
inline constexpr std::size_t config_diagnostics = 200;  // findings shown; the rest are counted
inline constexpr std::size_t include_depth = 10;        // included files within each other
inline constexpr std::size_t included_files = 1000;     // in all
inline constexpr std::size_t included_bytes = 64 * mib;
inline constexpr std::size_t config_regex = 4 * kib;  // one regular expression, bytes
inline constexpr std::size_t key_file = 64 * kib;

/// TLS: files of certificates, authorities and revocation lists; a stapled response; what is
/// gathered into one record; and sessions that can be resumed with an upstream.
inline constexpr std::size_t tls_file = 16 * mib;
inline constexpr std::size_t tls_stapled_response = 20 * kib;
inline constexpr std::uint8_t reads_in_turn = 16;    // of one connection before others have theirs
inline constexpr std::size_t tls_record = 16 * kib;  // RFC 8446 section 5.1
inline constexpr std::size_t tls_builtin_sessions = 20480;    // OpenSSL's own, and nginx's
inline constexpr std::size_t tls_session_bytes = 256;         // nginx: 1 MiB holds some 4,000
inline constexpr std::size_t tls_session = 16 * kib;          // a larger one is not kept
inline constexpr std::size_t tls_upstream_sessions = 1024;    // a worker's
inline constexpr std::uint32_t tls_kept_certificates = 1024;  // of one ssl_certificate_cache

/// The local edge.
inline constexpr std::size_t edge_url = 8192;    // CloudFront's limit
inline constexpr std::size_t edge_head = 20480;  // a whole request without body: CloudFront's limit
inline constexpr std::size_t edge_cache = 64 * mib;         // all cached objects
inline constexpr std::size_t edge_signatures = 8 * mib;     // remembered as valid
inline constexpr std::size_t edge_cached_object = 1 * mib;  // larger objects are not cached
inline constexpr std::size_t edge_file_read = 64 * kib;     // one read of an object's file
inline constexpr std::size_t edge_hashed_object = 8 * mib;  // larger objects' ETags are not an MD5
inline constexpr std::size_t edge_tags = 10000;             // objects whose ETag is remembered
inline constexpr std::size_t edge_connections = 1000;       // viewers at once

}  // namespace signgate::limits
