#include "crew.h"

#include "arithmetic.h"

namespace assay {

using Clock = std::chrono::steady_clock;

namespace {

/**
 * How long a thread spins at a barrier before it goes to sleep: longer than JavaScript takes from one command to the next. Where there
 * are more threads than processors, it leaves its own to others meanwhile.
 */
constexpr auto SPIN = std::chrono::microseconds(300);

double since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#else
  asm volatile("yield");
#endif
}

int callCount(const std::vector<Command>& commands) {
  int count = 0;
  for (const Command& command : commands) {
    for (const Region& region : command) count += static_cast<int>(region.calls.size());
  }
  return count;
}

}  // namespace

Crew::Crew(std::vector<Command> commands, const Source& source, char* memory, bool isTimed)
    : commands_(std::move(commands)),
      scratch_(source.scratch),
      maxBatch_(source.maxBatch),
      group_(source.group),
      threads_(static_cast<int>(source.scratch.size())),
      memory_(memory),
      isTimed_(isTimed),
      spent_(callCount(commands_) + 1) {
  for (int thread = 1; thread < threads_; thread++) {
    others_.emplace_back([this, thread] {
      const ExactArithmetic exact;
      for (;;) {
        wait();
        if (command_ == END) return;
        runCommand(thread);
      }
    });
  }
}

Crew::~Crew() {
  command_ = END;
  wait();
  for (std::thread& other : others_) other.join();
}

void Crew::run(int command, int n) {
  // With nothing to run, nobody would wait for threads that have yet to read this command when the next one is written.
  if (commands_[command].empty()) return;
  const ExactArithmetic exact;
  command_ = command;
  n_ = n;
  wait();
  runCommand(0);
}

void Crew::runCommand(int thread) {
  const Thread own{memory_, scratch_[thread].data(), n_};
  double* spent = spent_.data();
  if (thread == 0 && isTimed_) {
    for (int earlier = 0; earlier < command_; earlier++) {
      for (const Region& region : commands_[earlier]) spent += region.calls.size();
    }
  }
  for (const Region& region : commands_[command_]) {
    if (thread == 0 && isTimed_) {
      runTimed(region, own, spent);
      spent += region.calls.size();
      const auto start = Clock::now();
      wait();
      spent_.back() += since(start);
    } else {
      runTasks(region, own);
      wait();
    }
  }
}

void Crew::runTasks(const Region& region, const Thread& thread) {
  const int count = region.tasks(thread.n, group_);
  for (int task = nextTask_.fetch_add(1); task < count; task = nextTask_.fetch_add(1)) {
    for (const auto& call : region.calls) call->run(thread, task);
  }
}

void Crew::runTimed(const Region& region, const Thread& thread, double* spent) {
  const int count = region.tasks(thread.n, group_);
  for (int task = nextTask_.fetch_add(1); task < count; task = nextTask_.fetch_add(1)) {
    for (size_t call = 0; call < region.calls.size(); call++) {
      const auto start = Clock::now();
      region.calls[call]->run(thread, task);
      spent[call] += since(start);
    }
  }
}

/** Returns when all threads have called it, and makes the next region's tasks claimable. */
void Crew::wait() {
  const int generation = generation_.load();
  if (arrived_.fetch_add(1) + 1 == threads_) {
    arrived_.store(0);
    nextTask_.store(0);
    generation_.store(generation + 1);
    generation_.notify_all();
    return;
  }
  const auto start = Clock::now();
  do {
    for (int i = 0; i < 64; i++) {
      if (generation_.load() != generation) return;
      pause();
    }
    std::this_thread::yield();
  } while (Clock::now() - start < SPIN);
  generation_.wait(generation);
}

std::vector<double> Crew::spent() const { return spent_; }

}  // namespace assay
