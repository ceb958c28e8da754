import type { Program } from '../engine/plan/plan';
import { keyOf, WAITING } from './calls';
import { sum } from './statistics';
import { Training, type Workload } from './training';

/** Milliseconds per step that the calling thread spends in each phase; the phases add up to the step. */
export type Phases = Record<string, number>;

const KERNEL_PHASES: Record<string, string> = {
  importInput: 'data',
  conv2d: 'forward',
  conv2dPooled: 'forward and pooling',
  conv2dGradInput: 'input gradient',
  conv2dGradWeight: 'weight gradient',
  maxPool2d: 'pooling',
  maxPool2dGradInput: 'pooling',
  collectGradient: 'gradient lists',
  collectPooledGradient: 'gradient lists',
  sumGradients: 'weight gradient',
  sumPooledGradients: 'weight gradient',
  addSampleSums: 'weight gradient',
  flatten: 'fully connected',
  unflatten: 'fully connected',
  collectInput: 'fully connected',
  linear: 'fully connected',
  linearCollect: 'fully connected',
  linearGradients: 'fully connected',
  relu: 'fully connected',
  reluGradInput: 'fully connected',
  dropout: 'fully connected',
  adam: 'optimizer',
  sgd: 'optimizer',
  rmsprop: 'optimizer',
  packWeights: 'optimizer',
  packTransposed: 'optimizer',
};

export async function measurePhases(workload: Workload, steps: number, warmUp: number): Promise<Phases> {
  const training = await Training.start(workload, true);
  training.run(warmUp);
  const before = training.spent();
  const total = sum(training.run(steps)) / steps;
  const labels = labelsOf(training.program);
  const phases: Phases = {};
  for (const [key, ms] of training.spent()) {
    const label = labels.get(key) ?? WAITING;
    phases[label] = (phases[label] ?? 0) + (ms - (before.get(key) ?? 0)) / steps;
  }
  await training.close();
  phases['batches, masks, loss'] = total - sum(Object.values(phases));
  return phases;
}

/** The phase of each kernel call; a Conv2d's own kernels are told by the weights, or by the gradients of them, that they are called with. */
function labelsOf({ plan, weights, parameters, gradients }: Program): Map<string, string> {
  const labels = new Map<string, string>();
  const calls = [...plan.train, ...plan.backward, ...plan.step].flatMap((region) => region.calls);
  for (const call of calls) {
    const [kernel] = call;
    const phase = KERNEL_PHASES[kernel];
    // A sample's sums are told by the call that adds them up.
    const added = calls.find(([name, sums]) => name === 'addSampleSums' && call.includes(sums));
    const args = added ?? call;
    const own = weights.find(({ packed, packedTransposed, weightOffset }) =>
      [packed, packedTransposed, parameters + weightOffset, gradients + weightOffset].some((address) =>
        args.includes(address),
      ),
    );
    const isConv2d = (kernel.startsWith('conv2d') || added !== undefined) && own !== undefined;
    labels.set(keyOf(call), isConv2d ? `${own.name} ${phase}` : phase);
  }
  return labels;
}
