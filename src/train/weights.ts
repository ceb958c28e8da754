import { dirname, join } from '../base/paths';
import { refused } from '../pytorch/checkpoint/fault';
import { parametersFrom } from '../pytorch/checkpoint/parameters';
import { readStateDict } from '../pytorch/checkpoint/read';
import type { NamedTensor } from '../engine/engine';
import { layersOf } from '../experiment/model';
import type { Experiment } from '../experiment/types';
import { isCheckpoint } from './checkpoint';

/** The weights of an experiment's model, from a file. */
export interface Weights {
  /** The file's name, without its folder. */
  readonly name: string;
  /** Of the file. */
  readonly sha256: string;
  readonly parameters: readonly NamedTensor[];
}

/**
 * Reads the weights of an experiment's model from a `.pth` or `.safetensors` file.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`, `checkpoint-invalid`, `checkpoint-refused`; `checkpoint-mismatch` when they are another
 *   model's.
 */
export async function readWeights(path: string, { model, data, artifacts }: Experiment): Promise<Weights> {
  const { name, sha256, tensors } = await readStateDict(path);
  if (isCheckpoint(tensors)) {
    throw refused(path, {
      what: 'a checkpoint to resume from, which holds more than the model',
      expected: 'the model alone',
      hint: `it is in ${join(dirname(path), artifacts.model)} when the run has ended`,
    });
  }
  return { name, sha256, parameters: parametersFrom(tensors, layersOf(model, data.inputShape), path) };
}
