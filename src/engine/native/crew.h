#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "program.h"

namespace assay {

/**
 * The threads that run a program: the calling one and others, which wait at the barrier between commands. In a region, threads claim tasks
 * one by one; a task computes whole outputs, each by its own sequential chain, so neither the number of threads nor who claims what can
 * change a bit. A barrier ends every region.
 */
class Crew {
 public:
  Crew(std::vector<Command> commands, const Source& source, char* memory, bool isTimed);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /** Runs a command on `n` samples on all threads; returns when all are done. */
  void run(int command, int n);

  /** The largest `n`, for which the program was checked. */
  int maxBatch() const { return maxBatch_; }
  int commandCount() const { return static_cast<int>(commands_.size()); }
  /** Milliseconds that the calling thread spent, if timed: on each call of each command in turn, and waiting. */
  std::vector<double> spent() const;

 private:
  static constexpr int END = -1;

  void runCommand(int thread);
  void runTasks(const Region& region, const Thread& thread);
  void runTimed(const Region& region, const Thread& thread, double* spent);
  void wait();

  const std::vector<Command> commands_;
  const std::vector<std::vector<Area>> scratch_;
  const int maxBatch_;
  const int group_;
  const int threads_;
  char* const memory_;
  const bool isTimed_;
  /** One for each call of each command, and the waiting last. */
  std::vector<double> spent_;
  /** The command being run, written before the barrier that starts it. */
  int command_ = END;
  int n_ = 0;
  std::vector<std::thread> others_;

  // On cache lines of their own.
  alignas(64) std::atomic<int> generation_{0};
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<int> nextTask_{0};
};

}  // namespace assay
