import type { Program } from '../engine/plan/plan';
import { sum } from './statistics';
import { keyOf, spentMs, TimedThread, WAITING } from './timedThread';
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
  const training = await Training.start(workload, TimedThread);
  training.run(warmUp);
  spentMs.clear();
  const total = sum(training.run(steps)) / steps;
  const labels = labelsOf(training.program);
  await training.close();

  const phases: Phases = {};
  for (const [key, ms] of spentMs) {
    const label = labels.get(key) ?? WAITING;
    phases[label] = (phases[label] ?? 0) + ms / steps;
  }
  phases['batches, masks, loss'] = total - sum(Object.values(phases));
  return phases;
}

/** The phase of each kernel call; a Conv2d's own kernels are told by the weights that they are called with. */
function labelsOf({ plan, weights, gradients }: Program): Map<string, string> {
  const labels = new Map<string, string>();
  for (const call of [...plan.train, ...plan.backward, ...plan.step].flatMap(({ calls }) => calls)) {
    const [kernel, ...args] = call;
    const phase = KERNEL_PHASES[kernel];
    const own = weights.find(({ packed, packedTransposed, weightOffset }) =>
      [packed, packedTransposed, gradients + weightOffset].some((address) => args.includes(address)),
    );
    const isConv2d = kernel.startsWith('conv2d') && own !== undefined;
    labels.set(keyOf(call), isConv2d ? `${own.name} ${phase}` : phase);
  }
  return labels;
}
