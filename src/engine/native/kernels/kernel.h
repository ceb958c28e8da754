#pragma once

#include <cstdint>

/** What the kernels of every vector width, and the threads that run them, know of each other. */
namespace assay {

/** A place in a program's memory, in bytes from its start. */
using Address = int64_t;

/** The parts of a thread's own working memory, in the order of src/engine/plan/scratch.ts. */
enum Scratch {
  ROW_LISTS,
  ROW_STARTS,
  PATCH,
  CHAIN_SUM,
  DISTINCT_LISTS,
  DISTINCT_STARTS,
  DISTINCT_SOURCES,
  BUCKETS,
  NUMBERS,
  TAP_SUMS,
  OUTPUT,
  ROW_SUMS,
  CHANNEL_LISTS,
  SCRATCH_AREAS
};

/** A scratch area's key for `Bounds::note`: no address is negative. */
constexpr Address keyOf(Scratch area) { return -1 - static_cast<Address>(area); }

struct Area {
  Address address;
  int64_t bytes;
};

/** What a kernel runs with. */
struct Thread {
  char* memory;
  /** [SCRATCH_AREAS] */
  const Area* areas;
  /** Samples in the current batch. */
  int n;

  char* scratch(Scratch area) const { return memory + areas[area].address; }
};

/** The arguments of a kernel call, read one by one. Sizes, strides and addresses are not negative, the first two at most 2³⁰. */
class Arguments {
 public:
  Arguments(const double* next, int count) : next_(next), left_(count) {}
  operator int();
  operator Address();
  operator float();
  /** @throws std::invalid_argument when there are some left. */
  void end() const;

 private:
  double take();
  const double* next_;
  int left_;
};

/**
 * What a kernel call may touch, checked when the program is made: once, for the largest batch. Extents are float64, in which nothing
 * overflows.
 */
class Bounds {
 public:
  virtual ~Bounds();
  /** Samples of the largest batch, and tasks that there are for them. */
  virtual double samples() const = 0;
  virtual double tasks() const = 0;
  /** `bytes` from `address` on lie in memory. */
  virtual void area(double address, double bytes) = 0;
  /** The thread's area has room for so many bytes. */
  virtual void scratch(Scratch area, double bytes) = 0;
  virtual void require(bool holds) = 0;
  /**
   * What a call leaves at an address (or in a scratch area) for later ones to rely on: how far the offsets reach that it writes into a list,
   * how many entries there are.
   */
  virtual void note(Address address, double value) = 0;
  virtual double noted(Address address) = 0;
};

/** One call of a kernel, with its arguments. */
class Kernel {
 public:
  virtual ~Kernel();
  virtual void check(Bounds& bounds) const = 0;
  virtual void run(const Thread& thread, int task) const = 0;
};

/**
 * The kernels of one vector width, compiled for the processors that have it. `makeKernel` gives no kernel where there is none of
 * that name; `peak` is the time's worth of nothing but multiplications and additions, see peak.h.
 */
namespace kernels4 {
Kernel* makeKernel(const char* name, Arguments arguments);
double peak(int turns);
}
namespace kernels8 {
Kernel* makeKernel(const char* name, Arguments arguments);
double peak(int turns);
}
namespace kernels16 {
Kernel* makeKernel(const char* name, Arguments arguments);
double peak(int turns);
}

}  // namespace assay
