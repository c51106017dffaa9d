// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <string_view>

namespace signgate::server {

/// run_loop runs `context` until it has no more to do. What a handler throws, a bug or want of
/// memory, ends that handler alone: one line of the level alert names `whose` loop it was, and the
/// loop goes on. (nginx: the master starts another worker.) From the loop's own thread.
void run_loop(boost::asio::io_context& context, std::string_view whose);

}  // namespace signgate::server
