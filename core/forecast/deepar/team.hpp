#pragma once
/// A few threads that do numbered tasks together.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace driftlab::forecast::deepar {

/// Which thread does which task is left to chance, so tasks must not depend on it. One caller at a time.
class Team {
 public:
  /// The caller is one of the threads; 0 or less means as many as there are processors.
  explicit Team(int threads);
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  /// Calls task(0) … task(count − 1), each once, and returns when all are done. Tasks must not throw.
  void run(std::size_t count, const std::function<void(std::size_t)>& task);

 private:
  void work();
  void take_tasks(const std::function<void(std::size_t)>& task, std::size_t count);

  std::mutex mutex_;
  std::condition_variable start_, done_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};
  std::size_t round_ = 0;
  std::size_t busy_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace driftlab::forecast::deepar
