#pragma once

#include <memory>
#include <vector>

#include "kernels/kernel.h"

namespace assay {

/** Tasks that threads share: each task makes the calls in turn. A barrier follows. See `Region` in src/engine/plan/plan.ts. */
struct Region {
  int fixed, perSample, perGroup;
  std::vector<std::unique_ptr<Kernel>> calls;

  int tasks(int n, int group) const { return fixed + perSample * n + perGroup * ((n + group - 1) / group); }
};

using Command = std::vector<Region>;

/** What a program is made of, as numbers; see src/engine/native/encode.ts. */
struct Source {
  int width;
  int maxBatch;
  int group;
  int64_t bytes;
  /** Of each thread. */
  std::vector<std::vector<Area>> scratch;
  std::vector<const char*> names;
  const double* code;
  int codeLength;
};

/**
 * Makes all calls of a program, and checks that none of them can leave its memory, for any batch up to the largest.
 *
 * @throws std::invalid_argument
 */
std::vector<Command> makeProgram(const Source& source);

}  // namespace assay
