// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

/// The names under which the I/O layers use Asio. One worker is one thread with one io_context, so
/// the executor is the concrete one, and nothing here needs a strand.
namespace signgate::net {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;

/// Awaitable is a coroutine on a worker's io_context.
template <class T>
using Awaitable = asio::awaitable<T, Executor>;

/// as_values makes an operation give (error code, result) as a tuple: expected errors are values.
/// Name the tuple first, use it afterwards: GCC 12 destroys class temporaries of an awaiting
/// expression twice.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> as_values{};

}  // namespace signgate::net
