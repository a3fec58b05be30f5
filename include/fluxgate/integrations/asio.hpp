// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Guards asynchronous operations of Asio: standalone, or Boost.Asio with FLUXGATE_USE_BOOST_ASIO defined.
///
/// A coroutine of type `asio::awaitable` needs nothing from here: `breaker.call(f)` is an `asio::awaitable` itself. For
/// completion tokens there is `async_guard`; for trackers, `Cancelled` and `NetworkFault`.

#ifndef FLUXGATE_INTEGRATIONS_ASIO_HPP
#define FLUXGATE_INTEGRATIONS_ASIO_HPP

#if defined(FLUXGATE_USE_BOOST_ASIO)
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#define FLUXGATE_ASIO boost::asio
#define FLUXGATE_ASIO_FLAVOUR inline boost_asio
#else
#include <asio/associated_executor.hpp>
#include <asio/associator.hpp>
#include <asio/async_result.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/system_error.hpp>
#define FLUXGATE_ASIO asio
#define FLUXGATE_ASIO_FLAVOUR inline standalone_asio
#endif

#include <algorithm>
#include <concepts>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fluxgate/async_circuit_breaker.hpp>
#include <fluxgate/base/macros.hpp>
#include <fluxgate/errors.hpp>
#include <fluxgate/expression/operand.hpp>
#include <fluxgate/failure.hpp>
#include <fluxgate/trackers/tracker.hpp>

struct fluxgate::detail::ThrownByAsio {
  using type = std::system_error;
};
#if defined(FLUXGATE_USE_BOOST_ASIO)
struct fluxgate::detail::ThrownByBoostAsio {
  using type = boost::system::system_error;
};
#endif

// The code below differs between the two libraries, and so does its namespace: a program may use both, one in each
// file.
namespace fluxgate::FLUXGATE_ABI::FLUXGATE_ASIO_FLAVOUR {

namespace asio_detail {
namespace net = ::FLUXGATE_ASIO;
#if defined(FLUXGATE_USE_BOOST_ASIO)
using ErrorCode = ::boost::system::error_code;
using SystemError = ::boost::system::system_error;
#else
using ErrorCode = std::error_code;
using SystemError = std::system_error;
#endif

/// A completion handler that does something first; what is associated with the handler is associated with this, too.
template <class Before, class Handler>
struct HandlerAfter {
  Before before;
  Handler handler;

  template <class... Results>
  void operator()(Results&&... results) {
    std::move(before)(std::move(handler), std::forward<Results>(results)...);
  }
};

/// Records an operation's outcome in its admission before the handler runs.
template <class Admission>
struct Record {
  Admission admission;

  template <class Handler, class... Results>
  void operator()(Handler&& handler, Results&&... results) && {
    tell(results...);
    std::forward<Handler>(handler)(std::forward<Results>(results)...);
  }

 private:
  void tell() noexcept { admission.success(); }
  template <class Result>
  void tell(const Result& result) noexcept {
    admission.record(result);
  }
  /// As the tuple that `as_tuple` would give to a coroutine.
  template <class... Results>
  void tell(const Results&... results) noexcept {
    admission.record(std::tuple<const Results&...>{results...});
  }
};

/// Completes an operation with a refusal, by its signature.
template <class Signature>
struct Completion {
  static_assert(sizeof(Signature*) == 0,
                "fluxgate: async_guard reports a refusal by the first argument of the completion signature: it must be "
                "an error_code or a std::exception_ptr.");
};
template <class... Values>
struct Completion<void(ErrorCode, Values...)> {
  ErrorCode refusal;

  explicit Completion(const Rejection&) : refusal{make_error_code(Errc::call_not_permitted)} {}
  template <class Handler>
  void operator()(Handler&& handler) && {
    std::forward<Handler>(handler)(refusal, std::decay_t<Values>{}...);
  }
};
template <class... Values>
struct Completion<void(std::exception_ptr, Values...)> {
  std::exception_ptr refusal;

  explicit Completion(const Rejection& rejection)
      : refusal{std::make_exception_ptr(CallNotPermittedError{rejection})} {}
  template <class Handler>
  void operator()(Handler&& handler) && {
    std::forward<Handler>(handler)(refusal, std::decay_t<Values>{}...);
  }
};

/// Starts a guarded operation when its completion token initiates it.
template <class Signature, class Breaker, class Executor, class Initiation>
struct Initiate {
  Breaker* breaker;
  Executor executor;
  Initiation initiation;

  using executor_type = Executor;
  executor_type get_executor() const noexcept { return executor; }

  template <class Handler, class... Args>
  void operator()(Handler&& handler, Args&&... args) {
    using Plain = std::decay_t<Handler>;
    auto admission = breaker->try_acquire();
    if (admission) {
      using Recorder = Record<decltype(admission)>;
      std::move(initiation)(HandlerAfter<Recorder, Plain>{{std::move(admission)}, std::forward<Handler>(handler)},
                            std::forward<Args>(args)...);
    } else {
      using Refuse = Completion<Signature>;
      net::post(executor, HandlerAfter<Refuse, Plain>{Refuse{admission.rejection()}, std::forward<Handler>(handler)});
    }
  }
};

template <class Source>
auto executor_of(const Source& source) {
  if constexpr (requires(Source& object) { object.get_executor(); }) {
    return const_cast<Source&>(source).get_executor();
  } else {
    return source;
  }
}

/// What a test says of the error code of a failure: of this Asio or of std, an error value or in an exception.
template <class Test>
Answer judge_code(const Failure& failure, Test test) noexcept {
  if (!failure.has_error()) return Answer::silent;
  if (const auto* code = failure.error<ErrorCode>()) return detail::to_answer(test(*code));
  if (const auto* error = failure.error<SystemError>()) return detail::to_answer(test(error->code()));
  if (const auto* code = failure.error<std::errc>()) return detail::to_answer(test(std::make_error_code(*code)));
#if defined(FLUXGATE_USE_BOOST_ASIO)
  if (const auto* code = failure.error<std::error_code>()) return detail::to_answer(test(*code));
  if (const auto* error = failure.error<std::system_error>()) return detail::to_answer(test(error->code()));
#endif
  return Answer::no;
}

inline ErrorCode aborted() noexcept { return net::error::operation_aborted; }

/// A code by its category's name, for libraries that are not included here.
struct NamedCode {
  std::string_view category;
  int value;
};

/// Whether a code is one of this Asio, or of what is built on it, by which the network or the peer failed.
inline bool is_asio_fault(const ErrorCode& code) noexcept {
  namespace error = net::error;
  const ErrorCode faults[] = {error::broken_pipe,
                              error::connection_aborted,
                              error::connection_refused,
                              error::connection_reset,
                              error::host_unreachable,
                              error::network_down,
                              error::network_reset,
                              error::network_unreachable,
                              error::timed_out,
                              error::eof,
                              error::host_not_found,
                              error::host_not_found_try_again,
                              error::no_data,
                              error::no_recovery};
  constexpr NamedCode built_on_it[] = {
      {"boost.beast", 1}, {"beast.http", 1}, {"beast.http", 2}, {"asio.ssl.stream", 1}};
  const auto is = [&](const ErrorCode& fault) { return code == fault; };
  const auto is_named = [&](const NamedCode& named) {
    return code.value() == named.value && code.category().name() == named.category;
  };
  return std::any_of(std::begin(faults), std::end(faults), is) ||
         std::any_of(std::begin(built_on_it), std::end(built_on_it), is_named);
}

/// The same for codes of std.
inline bool is_std_fault(const std::error_code& code) noexcept {
  using std::errc;
  constexpr errc faults[] = {errc::broken_pipe,         errc::connection_aborted, errc::connection_refused,
                             errc::connection_reset,    errc::host_unreachable,   errc::network_down,
                             errc::network_unreachable, errc::network_reset,      errc::timed_out};
  const auto is = [&](auto fault) { return code == fault; };
  return std::any_of(std::begin(faults), std::end(faults), is);
}

template <class Code>
bool is_network_fault(const Code& code) noexcept {
  if constexpr (std::is_same_v<Code, ErrorCode>) {
    if (is_asio_fault(code)) return true;
  }
  return is_std_fault(code);
}

}  // namespace asio_detail

/// Guards one asynchronous operation for any completion token, like `asio::async_initiate`: asks for admission when the
/// operation is started, starts it by `initiation(handler, args...)`, and records its outcome before the token's
/// handler runs. The outcome is judged like a tuple of the handler's arguments: it fails if the first one, an
/// error_code or a std::exception_ptr, fails; an OnResult looks at a single value beside it. The operation keeps the
/// handler's executor, allocator and cancellation slot. An operation that is dropped unfinished is neutral.
///
/// A refused operation completes, posted to the handler's executor, with Errc::call_not_permitted or a
/// CallNotPermittedError and default-constructed values. `source` is an executor, or an I/O object with one, for
/// handlers that have none.
///
///     async_guard<void(std::error_code, std::size_t)>(
///         breaker, socket, [&](auto handler) { socket.async_read_some(buffer, std::move(handler)); }, token);
template <class Signature, class Breaker, class Source, class Initiation, class CompletionToken, class... Args>
decltype(auto) async_guard(Breaker& breaker, Source& source, Initiation&& initiation, CompletionToken&& token,
                           Args&&... args) {
  using Executor = decltype(asio_detail::executor_of(source));
  return asio_detail::net::async_initiate<CompletionToken, Signature>(
      asio_detail::Initiate<Signature, Breaker, Executor, std::decay_t<Initiation>>{
          &breaker, asio_detail::executor_of(source), std::forward<Initiation>(initiation)},
      token, std::forward<Args>(args)...);
}

/// Counts operations that were cancelled (`operation_aborted`, as an error code or in an exception); meant for its
/// opposite, `~Cancelled{}`. Choose `All{} & ~Cancelled{}` if operations race against timers: the loser says nothing
/// about the dependency.
struct Cancelled : Operand<Cancelled, detail::TrackerVocabulary> {
  Answer operator()(const Failure& failure) const noexcept {
    return asio_detail::judge_code(failure, [](const auto& code) { return code == asio_detail::aborted(); });
  }
  static std::string describe() { return "Cancelled{}"; }
  friend constexpr bool operator==(const Cancelled&, const Cancelled&) = default;
};

static_assert(Tracker<Cancelled>);

/// Counts error codes, thrown or not, by which the network or the peer failed: a connection that is refused, reset,
/// aborted or broken, hosts and networks that are down or can't be reached, names that can't be resolved, time-outs,
/// and ends of a stream (eof) where more was expected. Errors of other types and other codes are neutral: operations
/// that were cancelled, and faults of this process, such as too few descriptors.
///
/// Choose it where codes of Asio are judged, rather than `Custom{[](std::error_code c) { return c == std::errc::...}}`:
/// no code of standalone Asio equals a std::errc (chriskohlhoff/asio#143), so that such a breaker never opens. It knows
/// the codes of this Asio and those of std; of Boost.Beast, too, a time-out, the end of the stream and a message that
/// is cut short, and of TLS a stream that is cut short. Costs comparisons, of failed calls only. Immutable, so threads
/// share it.
struct NetworkFault : Operand<NetworkFault, detail::TrackerVocabulary> {
  Answer operator()(const Failure& failure) const noexcept {
    return asio_detail::judge_code(failure, [](const auto& code) { return asio_detail::is_network_fault(code); });
  }
  static std::string describe() { return "NetworkFault{}"; }
  friend constexpr bool operator==(const NetworkFault&, const NetworkFault&) = default;
};

static_assert(Tracker<NetworkFault>);

}  // namespace fluxgate::FLUXGATE_ABI::FLUXGATE_ASIO_FLAVOUR

template <>
inline constexpr bool fluxgate::detail::judges_errors_only<fluxgate::Cancelled> = true;
template <>
inline constexpr bool fluxgate::detail::judges_errors_only<fluxgate::NetworkFault> = true;

template <template <class, class> class Associator, class Before, class Handler, class Candidate>
struct FLUXGATE_ASIO::associator<Associator, fluxgate::asio_detail::HandlerAfter<Before, Handler>, Candidate>
    : Associator<Handler, Candidate> {
  using Wrapped = fluxgate::asio_detail::HandlerAfter<Before, Handler>;

  static decltype(auto) get(const Wrapped& wrapped) noexcept {
    return Associator<Handler, Candidate>::get(wrapped.handler);
  }
  static decltype(auto) get(const Wrapped& wrapped, const Candidate& candidate) noexcept {
    return Associator<Handler, Candidate>::get(wrapped.handler, candidate);
  }
};

#undef FLUXGATE_ASIO
#undef FLUXGATE_ASIO_FLAVOUR

#endif
