// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Breakers by key: one for each host, tenant or endpoint, made when it is first asked for.

#ifndef FLUXGATE_REGISTRY_HPP
#define FLUXGATE_REGISTRY_HPP

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/parameter.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/call/call_forms.hpp>
#include <fluxgate/call_result.hpp>
#include <fluxgate/circuit_breaker.hpp>
#include <fluxgate/circuit_breaker_from.hpp>
#include <fluxgate/info.hpp>
#include <fluxgate/listener.hpp>
#include <fluxgate/override.hpp>
#include <fluxgate/registry/handle.hpp>
#include <fluxgate/registry/hooks.hpp>
#include <fluxgate/registry/limits.hpp>
#include <fluxgate/registry/store.hpp>
#include <fluxgate/signal.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// The keys and breakers of a factory.
template <class Factory>
struct RegistryTypes {
  static_assert(
      HasOneParameter<Factory>,
      "fluxgate: the factory of a CircuitBreakerRegistry takes a key of one type, as in [](const std::string& "
      "host) { return Config{...}; }.");
};
template <HasOneParameter Factory>
struct RegistryTypes<Factory> {
  using Key = std::conditional_t<std::same_as<Parameter<Factory>, std::string_view>, std::string, Parameter<Factory>>;
  static_assert(
      std::copy_constructible<Key> && std::equality_comparable<Key> &&
          requires(const Key& key) { std::hash<Key>{}(key); },
      "fluxgate: the key of a CircuitBreakerRegistry is copied, compared by == and hashed by std::hash; a "
      "string is best taken as const std::string&.");
  static_assert(!std::same_as<Key, const char*> && !std::same_as<Key, char*>,
                "fluxgate: a CircuitBreakerRegistry would compare the addresses of its keys: take a text as const "
                "std::string&.");
  static_assert(std::invocable<const Factory&, const Key&>,
                "fluxgate: the factory of a CircuitBreakerRegistry is called as const, by several threads at once.");
  using Made = std::remove_cvref_t<std::invoke_result_t<const Factory&, const Key&>>;
  static_assert(is_config<Made>, "fluxgate: the factory of a CircuitBreakerRegistry returns a Config.");
  using Breaker = typename ConfiguredBy<Made>::Breaker;
};

}  // namespace detail

/// A breaker for each key, such as a host: made by a factory when the key is first asked for, and found without a lock
/// from then on.
///
///     CircuitBreakerRegistry peers{[](const std::string& host) { return Config{.name = host}; },
///                                  Capacity{4096} & IdleFor{10min} & AtMostOpen{0.5}};
///     peers.call("10.0.0.7:8040", send, request);
///
/// The factory makes the Config of a key. The type of its parameter is that of the keys; for strings, lookups take a
/// `std::string_view` and make no string. It is called for one key once at a time, without a lock, and may use the
/// registry for other keys. What it throws leaves the call that asked, and nothing is kept. The
/// Configs of all keys use the same clock.
///
/// After the factory you may pass, in any order: limits, OnAdded and OnRemoved, and listeners, which all breakers get in
/// addition to those of their Config.
///
/// Any member may be called from any number of threads at once, except the destructor.
template <class Factory>
class CircuitBreakerRegistry {
  using Types = detail::RegistryTypes<Factory>;

 public:
  /// What the factory takes, as a value.
  using Key = typename Types::Key;
  /// The CircuitBreaker of the factory's Config.
  using Breaker = typename Types::Breaker;
  /// A breaker together with its key.
  using Handle = BreakerHandle<Key, Breaker>;
  /// How lookups take a key: for strings a `std::string_view`.
  using KeyView = detail::KeyView<Key>;

  /// Makes a registry without breakers.
  /// @throws std::invalid_argument if a limit is given twice or a listener is empty, std::bad_alloc
  template <class... Args>
  explicit CircuitBreakerRegistry(Factory factory, Args&&... args)
      : CircuitBreakerRegistry{std::move(factory), Given{std::forward<Args>(args)...}} {}

  CircuitBreakerRegistry(const CircuitBreakerRegistry&) = delete;
  CircuitBreakerRegistry& operator=(const CircuitBreakerRegistry&) = delete;
  /// Handles keep their breakers; calls must have ended.
  ~CircuitBreakerRegistry() = default;

  /// The breaker of `key`, made if there is none. Keep the handle as long as the breaker is used.
  /// @throws what the factory, the breaker's construction and the hooks throw; std::bad_alloc
  Handle operator[](KeyView key) {
    const std::uint32_t hash = Store::hash_of(key);
    if (Handle found = held(store_.visit(key, hash))) return found;
    return obtain(key, hash);
  }

  /// The breaker of `key`, or an empty handle; makes none.
  Handle find(KeyView key) {
    const std::uint32_t hash = Store::hash_of(key);
    bool sure = true;
    if (Handle found = held(store_.visit(key, hash), &sure)) return found;
    return sure ? Handle{} : store_.find_locked(key, hash);
  }

  /// Calls `f(args...)` through the breaker of `key`, as its `call` does; made if there is none. Cheaper than through a
  /// handle that is taken for one call, above all where threads call one breaker.
  /// @throws CallNotPermittedError when the breaker refuses, and as operator[]
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  std::invoke_result_t<F, Args...> call(KeyView key, F&& f, Args&&... args) {
    return make(detail::Throwing{}, key, std::forward<F>(f), std::forward<Args>(args)...);
  }
  /// As `call`, but gives a refusal as a value.
  template <class F, class... Args>
    requires std::invocable<F, Args...>
  CallResult<std::invoke_result_t<F, Args...>> try_call(KeyView key, F&& f, Args&&... args) {
    return make(detail::Reporting{}, key, std::forward<F>(f), std::forward<Args>(args)...);
  }

  // The same with the warning of the breaker's own calls, and for arguments that do not fit.
  template <class F, class... Args>
    requires std::invocable<F, Args...> && (Breaker::template overlooks<F, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] std::invoke_result_t<F, Args...> call(KeyView key, F&& f, Args&&... args) {
    return make(detail::Throwing{}, key, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires std::invocable<F, Args...> && (Breaker::template overlooks<F, Args...>)
  [[deprecated(FLUXGATE_OVERLOOKED)]] CallResult<std::invoke_result_t<F, Args...>> try_call(KeyView key, F&& f,
                                                                                            Args&&... args) {
    return make(detail::Reporting{}, key, std::forward<F>(f), std::forward<Args>(args)...);
  }
  template <class F, class... Args>
    requires(!std::invocable<F, Args...>)
  detail::AnyResult call(KeyView, F&&, Args&&...) {
    return detail::refuse_arguments<F, Args...>();
  }
  template <class F, class... Args>
    requires(!std::invocable<F, Args...>)
  detail::AnyResult try_call(KeyView, F&&, Args&&...) {
    return detail::refuse_arguments<F, Args...>();
  }

  /// The first of the breakers of `keys` that might let a call through now; if none might, the first of all. Makes
  /// breakers for keys that have none, until it finds one. Empty if `keys` is.
  /// @throws as operator[]
  template <class Keys = std::initializer_list<std::remove_cvref_t<KeyView>>>
  Handle first_ready(const Keys& keys) {
    Handle first;
    for (const auto& key : keys) {
      Handle handle = (*this)[key];
      if (handle->would_admit()) return handle;
      if (!first) first = std::move(handle);
    }
    return first;
  }

  /// Removes the breaker of `key`, in any state. Returns false if there is none, or if a handle or a call uses it.
  /// @throws what OnRemoved throws
  bool erase(KeyView key) { return store_.erase(key, Store::hash_of(key)); }

  /// Takes a snapshot of all breakers, then calls `visit(key, breaker)` for each without holding the lock. Costs memory
  /// for a handle each.
  /// @throws std::bad_alloc, and what `visit` throws
  template <class Visit>
    requires std::invocable<Visit&, const Key&, Breaker&>
  void for_each(Visit&& visit) const {
    for (const Handle& handle : store_.all()) visit(handle.key(), *handle);
  }

  /// What all breakers say of themselves. @throws std::bad_alloc
  std::vector<Info> info() const {
    std::vector<Info> infos;
    for_each([&](const Key&, Breaker& breaker) { infos.push_back(breaker.info()); });
    return infos;
  }

  /// The number of breakers.
  std::size_t size() const { return static_cast<std::size_t>(counts().size); }
  /// How breakers have come and gone.
  RegistryCounts counts() const { return store_.counts(); }

  /// Brings all breakers to `state`: `State::forced_open`, `disabled`, `metrics_only`, or `closed`, which is a reset and
  /// takes no more of `given` than `notify`. Gives their number. Breakers that are made meanwhile or later are not
  /// concerned.
  /// @throws std::invalid_argument for another state, or for what the breaker's own command refuses; std::bad_alloc: some
  /// may have obeyed
  std::size_t command(State state, const Override& given = {}) {
    return command(state, given, [](const Key&, const Breaker&) { return true; });
  }
  /// The same, only for breakers for which `concerns(key, breaker)` is true.
  template <class Concerns>
    requires std::predicate<Concerns&, const Key&, const Breaker&>
  std::size_t command(State state, const Override& given, Concerns concerns) {
    const bool bare = given.reason.empty() && !given.lasting.has_value();
    if (state == State::open || state == State::half_open) {
      detail::refuse(detail::concat({"CircuitBreakerRegistry::command: no command leads to ", to_string(state)}));
    }
    if (state == State::closed && !bare) {
      detail::refuse("CircuitBreakerRegistry::command: a reset has neither reason nor end");
    }
    std::size_t count = 0;
    for_each([&](const Key& key, Breaker& breaker) {
      if (!concerns(key, std::as_const(breaker))) return;
      ++count;
      switch (state) {
        case State::forced_open: return breaker.force_open(given);
        case State::disabled: return breaker.disable(given);
        case State::metrics_only: return breaker.metrics_only(given);
        default: return breaker.reset(given.notify);
      }
    });
    return count;
  }

 private:
  using Store = detail::RegistryStore<Key, Breaker>;
  using Node = typename Store::Node;

  /// What stands behind the factory.
  struct Given {
    template <class... Args>
    explicit Given(Args&&... args) {
      (take(std::forward<Args>(args)), ...);
    }

    template <class Arg>
    void take(Arg&& arg) {
      using Type = std::remove_cvref_t<Arg>;
      if constexpr (detail::RegistryLimit<Type>) {
        limits &= arg;
      } else if constexpr (detail::is_on_added<Type>) {
        static_assert(std::invocable<decltype(arg.f)&, const Key&, Breaker&>,
                      "fluxgate: OnAdded takes a callable on a key and a breaker of the registry.");
        on_added = std::forward<Arg>(arg).f;
      } else if constexpr (detail::is_on_removed<Type>) {
        static_assert(std::invocable<decltype(arg.f)&, const Key&, Breaker&>,
                      "fluxgate: OnRemoved takes a callable on a key and a breaker of the registry.");
        on_removed = std::forward<Arg>(arg).f;
      } else {
        static_assert(std::same_as<Type, Listener> || std::constructible_from<std::function<void(const Signal&)>, Arg>,
                      "fluxgate: behind its factory a CircuitBreakerRegistry takes limits such as Capacity{4096} & "
                      "IdleFor{10min}, OnAdded, OnRemoved, and listeners.");
        listeners.emplace_back(std::forward<Arg>(arg));
        if (!listeners.back()) detail::refuse("CircuitBreakerRegistry: a listener is empty");
      }
    }

    RegistryLimits limits;
    typename Store::Hook on_added;
    typename Store::Hook on_removed;
    std::vector<Listener> listeners;
  };

  CircuitBreakerRegistry(Factory&& factory, Given&& given)
      : factory_(std::move(factory)),
        listeners_{std::move(given.listeners)},
        store_{given.limits, std::move(given.on_added), std::move(given.on_removed)} {}

  static Handle held(const typename Store::Visit& visit, bool* sure = nullptr) noexcept {
    if (sure != nullptr) *sure = visit.sure();
    if (!visit) return {};
    visit.node().hold();
    return Handle{&visit.node()};
  }

  template <class Form, class F, class... Args>
  decltype(auto) make(Form form, KeyView key, F&& f, Args&&... args) {
    const std::uint32_t hash = Store::hash_of(key);
    typename Store::Visit visit = store_.visit(key, hash);
    if (!visit) [[unlikely]]
      visit.own(obtain(key, hash));
    return detail::RegistryAccess::make(visit.node().breaker, form, std::forward<F>(f), std::forward<Args>(args)...);
  }

  [[gnu::cold, gnu::noinline]] Handle obtain(KeyView key, std::uint32_t hash) {
    return store_.obtain(key, hash, [&] {
      Key own{key};
      auto config = factory_(std::as_const(own));
      config.listeners.insert(config.listeners.end(), listeners_.begin(), listeners_.end());
      const auto now = config.environment.coarse_now();
      return typename Store::Made{std::make_unique<Node>(std::move(own), std::move(config)), now};
    });
  }

  const Factory factory_;
  const std::vector<Listener> listeners_;
  Store store_;
};

template <class Factory, class... Args>
CircuitBreakerRegistry(Factory, Args...) -> CircuitBreakerRegistry<Factory>;

}  // namespace fluxgate::FLUXGATE_ABI

#endif
