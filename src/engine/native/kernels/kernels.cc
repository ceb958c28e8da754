#include "collect.h"
#include "conv2d.h"
#include "conv2dGradInput.h"
#include "conv2dGradWeight.h"
#include "dropout.h"
#include "fusedChain.h"
#include "kernel.h"
#include "layout.h"
#include "linear.h"
#include "maxPool2d.h"
#include "optimizer.h"
#include "pack.h"
#include "relu.h"

/** The kernels by the names that a plan calls them, compiled for one width. */
namespace assay::KERNELS {

/** A call of a kernel K, which has its arguments as members, and `check` and `run`. */
template <class K>
struct Call final : Kernel {
  explicit Call(Arguments& arguments) : kernel(arguments) {}

  void check(Bounds& bounds) const override { kernel.check(bounds); }

  /** Runs on copies: the compiler then knows that nothing that is stored changes them. */
  [[gnu::flatten]] void run(const Thread& thread, int task) const override {
    const K ownKernel = kernel;
    const Thread ownThread = thread;
    ownKernel.run(ownThread, task);
  }

  const K kernel;
};

template <class K>
static Kernel* make(Arguments arguments) {
  Kernel* kernel = new Call<K>(arguments);
  arguments.end();
  return kernel;
}

Kernel* makeKernel(const char* name, Arguments arguments) {
  static const struct {
    const char* name;
    Kernel* (*make)(Arguments);
  } KERNELS_BY_NAME[] = {
      {"importInput", make<ImportInput>},
      {"flatten", make<Flatten>},
      {"unflatten", make<Unflatten>},
      {"conv2d", make<Conv2d>},
      {"conv2dPooled", make<Conv2dPooled>},
      {"conv2dGradInput", make<Conv2dGradInput>},
      {"conv2dGradWeight", make<Conv2dGradWeight>},
      {"sumGradients", make<SumGradients>},
      {"sumPooledGradients", make<SumPooledGradients>},
      {"addSampleSums", make<AddSampleSums>},
      {"collectInput", make<CollectInput>},
      {"collectGradient", make<CollectGradient>},
      {"collectPooledGradient", make<CollectPooledGradient>},
      {"maxPool2d", make<MaxPool2d>},
      {"maxPool2dGradInput", make<MaxPool2dGradInput>},
      {"linear", make<Linear>},
      {"linearCollect", make<LinearCollect>},
      {"linearGradients", make<LinearGradients>},
      {"relu", make<Relu>},
      {"reluGradInput", make<ReluGradInput>},
      {"dropout", make<Dropout>},
      {"adam", make<Adam>},
      {"sgd", make<Sgd>},
      {"rmsprop", make<Rmsprop>},
      {"packWeights", make<PackWeights>},
      {"packChains", make<PackChains>},
      {"packBackwardChains", make<PackBackwardChains>},
      {"convChain", make<ConvChain>},
      {"convChainGradInput", make<ConvChainGradInput>},
      {"convChainGradWeight", make<ConvChainGradWeight>},
      {"chainGradBias", make<ChainGradBias>},
      {"linearChain", make<LinearChain>},
      {"linearChainGradients", make<LinearChainGradients>},
      {"adamChain", make<AdamChain>},
  };
  for (const auto& candidate : KERNELS_BY_NAME) {
    if (strcmp(candidate.name, name) == 0) return candidate.make(arguments);
  }
  return nullptr;
}

/**
 * Multiplications and additions on registers alone, as many as the adders and multipliers take: what `npm run bench` measures
 * the kernels against. Independent chains of vectors, 2 · WIDTH · 12 floating-point operations a turn.
 */
double peak(int turns) {
  Floats sum[12];
  Floats x = splat(0.5f);
  const Floats one = splat(1);
  for (Floats& each : sum) each = one;
  for (int i = 0; i < turns; i++) {
    asm volatile("" : "+x"(x));
#pragma GCC unroll 12
    for (Floats& each : sum) each = each * x + one;
  }
  double total = 0;
  for (const Floats& each : sum) total += each[0];
  return total;
}

}  // namespace assay::KERNELS
