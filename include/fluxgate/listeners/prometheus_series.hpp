// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// The series that breakers of one name share in one registry of prometheus-cpp, and which of them the gauge shows.
///
/// State: for each name in each registry, a list of users, found by a table under one mutex. A user is a breaker, or a
/// listener that waits for one. Users of a name that have the same labels share a display: a set of series, and the
/// number of the user that they show. Users are added and removed under the mutex; the first of its labels makes the
/// display and the last removes it. Transitions take no lock, except the registry's own for a counter that does not
/// exist yet.
///
/// The newest user of a name is shown, by the display of its labels. All other displays of the name are blank: their
/// gauge is 0 for each state. So the sum over a name is 1 for one state, whatever labels its users have.

#ifndef FLUXGATE_LISTENERS_PROMETHEUS_SERIES_HPP
#define FLUXGATE_LISTENERS_PROMETHEUS_SERIES_HPP

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/labels.h>
#include <prometheus/registry.h>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/require.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/base/utf8.hpp>
#include <fluxgate/labels.hpp>
#include <fluxgate/state.hpp>

namespace fluxgate::FLUXGATE_ABI {

/// What happens to a breaker whose name is taken, among those that are shown to Prometheus together.
enum class SameName : std::uint8_t {
  refused,     ///< it is refused: two breakers of one name are usually a mistake
  takes_over,  ///< it is shown instead of the other one, which it replaces and which is about to be destroyed
};

namespace detail {

/// The name of a breaker and its labels, as labels of its series. One without a value is left out: to Prometheus that
/// is the same. Refuses text that is not UTF-8, because of which Prometheus would refuse the whole scrape, and what the
/// constructor of a breaker refuses about labels.
inline prometheus::Labels series_labels(const char* owner, const std::string& circuit_name, const Labels& labels) {
  if (!is_utf8(circuit_name)) refuse(concat({owner, ": circuit_name \"", circuit_name, "\" is not UTF-8"}));
  if (!labels.fault().empty()) refuse(concat({owner, ": circuit_name \"", circuit_name, "\": ", labels.fault()}));
  prometheus::Labels all{{"circuit_name", circuit_name}};
  for (const Label& label : labels) {
    if (!is_utf8(label.value)) {
      refuse(concat({owner, ": circuit_name \"", circuit_name, "\": the value \"", label.value, "\" of label \"",
                     label.key, "\" is not UTF-8"}));
    }
    if (!label.value.empty()) all.emplace(label.key, label.value);
  }
  return all;
}

/// Gauges of the state and counters of the transitions. A constructor that throws removes what it has registered.
class PrometheusSeries {
  static constexpr std::array states{State::closed,       State::open,     State::half_open,
                                     State::metrics_only, State::disabled, State::forced_open};

 public:
  PrometheusSeries(prometheus::Labels labels, prometheus::Registry& registry)
      : PrometheusSeries{registry, std::move(labels)} {  // from here on the destructor removes what exists
    if (state_family_.Has(with({{"state", to_string(State::closed)}}))) {
      refuse(concat({"PrometheusListener: circuit_name \"", labels_.at("circuit_name"),
                     "\" is in the registry already, as a series of other code"}));
    }
    for (const State state : states) gauges_[index(state)] = &state_family_.Add(with({{"state", to_string(state)}}));
    transition(State::closed, State::open);
    transition(State::open, State::half_open);
    transition(State::half_open, State::open);
    transition(State::half_open, State::closed);
  }

  PrometheusSeries(const PrometheusSeries&) = delete;
  PrometheusSeries& operator=(const PrometheusSeries&) = delete;

  ~PrometheusSeries() {
    for (prometheus::Gauge* const gauge : gauges_) {
      if (gauge != nullptr) state_family_.Remove(gauge);
    }
    for (const auto& from : transitions_) {
      for (const auto& to : from) {
        prometheus::Counter* const counter = to.load(std::memory_order_relaxed);  // no other thread is left
        if (counter != nullptr) transition_family_.Remove(counter);
      }
    }
  }

  const prometheus::Labels& labels() const noexcept { return labels_; }

  void show(State shown) noexcept {
    for (const State state : states) gauges_[index(state)]->Set(state == shown ? 1 : 0);
  }
  void blank() noexcept {
    for (prometheus::Gauge* const gauge : gauges_) gauge->Set(0);
  }

  prometheus::Counter& transition(State from, State to) {
    std::atomic<prometheus::Counter*>& place = transitions_[index(from)][index(to)];
    prometheus::Counter* counter = place.load(std::memory_order_acquire);  // pairs with the store
    if (counter == nullptr) {
      // Two threads that get here at once are given the same counter.
      counter = &transition_family_.Add(with({{"old_state", to_string(from)}, {"new_state", to_string(to)}}));
      place.store(counter, std::memory_order_release);  // publishes the counter
    }
    return *counter;
  }

 private:
  PrometheusSeries(prometheus::Registry& registry, prometheus::Labels labels)
      : labels_{std::move(labels)},
        state_family_{prometheus::BuildGauge()
                          .Name("circuit_breaker_state")
                          .Help("1 for the state that the circuit breaker is in, 0 for each other state")
                          .Register(registry)},
        transition_family_{prometheus::BuildCounter()
                               .Name("circuit_breaker_state_transition_total")
                               .Help("Transitions of the circuit breaker")
                               .Register(registry)} {}

  static constexpr std::size_t index(State state) noexcept { return static_cast<std::size_t>(state); }

  prometheus::Labels with(std::initializer_list<std::pair<const char*, std::string_view>> own) const {
    prometheus::Labels all = labels_;
    for (const auto& [key, value] : own) all.emplace(key, value);
    return all;
  }

  const prometheus::Labels labels_;
  prometheus::Family<prometheus::Gauge>& state_family_;
  prometheus::Family<prometheus::Counter>& transition_family_;
  std::array<prometheus::Gauge*, states.size()> gauges_{};
  std::array<std::array<std::atomic<prometheus::Counter*>, states.size()>, states.size()> transitions_{};
};

/// A user of the series of a name. The newest user is shown; when that is destroyed, the one before it.
class PrometheusUser {
 public:
  /// Shows a closed breaker. @throws std::invalid_argument if the name or a label is not UTF-8, or if there is a user
  /// of the name and `same_name` refuses a second one
  PrometheusUser(std::string circuit_name, Labels labels, std::shared_ptr<prometheus::Registry> registry,
                 SameName same_name)
      : circuit_name_{std::move(circuit_name)}, labels_{std::move(labels)}, registry_{std::move(registry)} {
    prometheus::Labels own = series_labels("PrometheusListener", circuit_name_, labels_);
    const std::lock_guard lock{table().mutex};
    auto found = table().names.find({registry_.get(), circuit_name_});
    const bool taken = found != table().names.end();
    if (taken && same_name == SameName::refused) {
      refuse(
          concat({"PrometheusListener: circuit_name \"", circuit_name_,
                  "\" is in the registry already; each breaker needs a name of its own, or SameName::takes_over where "
                  "it replaces the other"}));
    }
    std::list<PrometheusUser*> self{this};
    std::shared_ptr<Display> display = taken ? found->second->display_of(own) : nullptr;
    if (display == nullptr) display = std::make_shared<Display>(std::move(own), *registry_);
    if (!taken) {
      found = table().names.try_emplace({registry_.get(), circuit_name_}, std::make_unique<Name>()).first;
    }
    // Nothing below throws.
    name_ = found->second.get();
    display_ = std::move(display);
    number_ = ++name_->last_number;
    if (taken && name_->users.back()->display_ != display_) name_->users.back()->display_->blank();
    name_->users.splice(name_->users.end(), self);
    display_->shown.store({number_, State::closed}, std::memory_order_seq_cst);  // as in follow
    display_->show();
  }

  PrometheusUser(const PrometheusUser&) = delete;
  PrometheusUser& operator=(const PrometheusUser&) = delete;

  ~PrometheusUser() {
    const std::lock_guard lock{table().mutex};
    const bool was_shown = name_->users.back() == this;  // users change under the mutex only
    name_->users.remove(this);
    if (name_->users.empty()) {
      table().names.erase({registry_.get(), circuit_name_});
    } else if (was_shown) {
      if (name_->users.back()->display_ != display_) display_->blank();
      name_->users.back()->show_again();
    }
    display_.reset();  // under the mutex: a new user of these labels then finds all of the series or none
  }

  const std::string& circuit_name() const noexcept { return circuit_name_; }
  const Labels& labels() const noexcept { return labels_; }
  /// Whether these are its labels, in any order.
  bool has(const Labels& labels) const {
    return labels == labels_ || std::is_permutation(labels.begin(), labels.end(), labels_.begin(), labels_.end());
  }

  /// Shows that the breaker is in `state` now. Called by one thread at a time.
  void follow(State state) {
    // Sequentially consistent, in show_again too. This function stores the state and then loads the number that is
    // shown; show_again stores the number and then loads the state. With anything weaker both may load the old value,
    // and the gauge keeps it.
    state_.store(state, std::memory_order_seq_cst);
    Shown shown = display_->shown.load(std::memory_order_seq_cst);
    while (shown.number == number_ &&
           !display_->shown.compare_exchange_weak(shown, {number_, state}, std::memory_order_seq_cst)) {
    }
    display_->show();
  }

  void count(State from, State to) { display_->series.transition(from, to).Increment(); }

  /// Claims the user for one breaker; false if another breaker has it.
  bool claim() noexcept { return !claimed_.exchange(true, std::memory_order_relaxed); }  // an independent flag
  void give_back() noexcept { claimed_.store(false, std::memory_order_relaxed); }        // as above

 private:
  struct Shown {
    std::uint32_t number;  // of a user; 0 if none is shown
    State state;
    std::uint8_t spare[3] = {};

    friend bool operator==(const Shown& a, const Shown& b) noexcept {
      return a.number == b.number && a.state == b.state;
    }
  };
  static_assert(std::has_unique_object_representations_v<Shown>, "exchanges compare all bytes");

  /// The series of one name with one set of labels, and which of its users they show.
  struct Display {
    Display(prometheus::Labels labels, prometheus::Registry& registry) : series{std::move(labels), registry} {}

    /// Sets the gauge to what is to be shown. Of several threads that do so at once, the last to change it sets it
    /// right: the gauge's own stores are sequentially consistent.
    void show() noexcept {
      for (;;) {
        const Shown now = shown.load(std::memory_order_seq_cst);  // as in follow
        now.number == 0 ? series.blank() : series.show(now.state);
        if (shown.load(std::memory_order_seq_cst) == now) return;
      }
    }

    /// Shows none of its users. Under the table's mutex.
    void blank() noexcept {
      shown.store({0, State::closed}, std::memory_order_seq_cst);  // as in follow
      show();
    }

    PrometheusSeries series;
    std::atomic<Shown> shown{Shown{0, State::closed}};
  };

  /// The users of one name. All of it is under the table's mutex.
  struct Name {
    std::list<PrometheusUser*> users{};  // the newest last
    std::uint32_t last_number = 0;

    /// What users with these labels share; null without such users.
    std::shared_ptr<Display> display_of(const prometheus::Labels& labels) const {
      for (const PrometheusUser* const user : users) {
        if (user->display_->series.labels() == labels) return user->display_;
      }
      return nullptr;
    }
  };

  /// Shows this user instead of a newer one that ends. Its breaker may change its state meanwhile, before it sees that
  /// it is shown.
  void show_again() noexcept {
    Shown shown{number_, state_.load(std::memory_order_seq_cst)};  // as in follow
    display_->shown.store(shown, std::memory_order_seq_cst);
    for (;;) {
      const State state = state_.load(std::memory_order_seq_cst);
      if (shown.state == state) break;
      if (display_->shown.compare_exchange_strong(shown, {number_, state}, std::memory_order_seq_cst)) {
        shown.state = state;
      }
    }
    display_->show();
  }

  struct Table {
    std::mutex mutex;
    std::map<std::pair<prometheus::Registry*, std::string>, std::unique_ptr<Name>> names;
  };

  static Table& table() {
    static Table& table = *new Table;  // never destroyed: breakers may outlive static objects
    return table;
  }

  const std::string circuit_name_;
  const Labels labels_;
  const std::shared_ptr<prometheus::Registry> registry_;
  Name* name_ = nullptr;
  std::shared_ptr<Display> display_;
  std::uint32_t number_ = 0;
  std::atomic<State> state_{State::closed};
  std::atomic<bool> claimed_{false};
};

}  // namespace detail

}  // namespace fluxgate::FLUXGATE_ABI

#endif
