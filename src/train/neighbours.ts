import { sha256OfFloats } from '../base/f32';
import type { NamedTensor } from '../engine/engine';
import { layersOf } from '../experiment/model';
import type { Experiment } from '../experiment/types';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import type { RunOptions } from './options';

/**
 * How a run of a seed is trained so that it does the same and is rounded differently: each initial weight, and after each step each weight
 * again, is moved to the float32 above or below it. All draws stay what they are. The runs of many neighbours show how far rounding takes the
 * run of this seed: what another implementation, which rounds as it likes, may make of it.
 *
 * @param index each neighbour of a seed moves the weights by a random stream of its own
 */
export function neighbourOf(
  { model, data, training }: Pick<Experiment, 'model' | 'data' | 'training'>,
  seed: number,
  index: number,
): Required<Pick<RunOptions, 'init' | 'afterStep'>> {
  const stream = new Mt19937(FIRST_STREAM + 1000 * index + seed);
  const parameters = initialParameters(
    layersOf(model, data.inputShape),
    new Mt19937(seed),
    training.constructions,
  );
  moveByLastBit(parameters, stream);
  const sha256 = sha256OfFloats(parameters.map(({ data }) => data));
  return {
    init: { name: `neighbour ${index}`, sha256, parameters },
    afterStep: (engine) => {
      const parameters = engine.getParameters();
      moveByLastBit(parameters, stream);
      engine.setParameters(parameters);
    },
  };
}

/** Far from the seeds that runs mostly have. */
const FIRST_STREAM = 1_000_003;
/** A draw decides for as many weights. */
const DRAWN_BITS = 32;

/** In place. 0 has no neighbour of its own size, and stays. */
function moveByLastBit(parameters: readonly NamedTensor[], stream: Mt19937): void {
  for (const { data } of parameters) {
    const bits = new Int32Array(data.buffer, data.byteOffset, data.length);
    for (let start = 0; start < bits.length; start += DRAWN_BITS) {
      const draw = stream.nextUint32();
      const end = Math.min(bits.length, start + DRAWN_BITS);
      for (let i = start; i < end; i++) if (data[i] !== 0) bits[i] += (((draw >>> (i - start)) & 1) << 1) - 1;
    }
  }
}
