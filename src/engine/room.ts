import { AssayError } from '../base/errors';
import { MEMORY_BYTES, MOST_ARRAY_BYTES } from '../base/machine';
import { parametersOf, sizeOf } from '../experiment/model';
import type { EngineName, EngineOptions } from './engine';
import { MOMENT_NAMES } from './parameters';

/** A limit of memory. */
export interface Room {
  readonly bytes: number;
  readonly whose: string;
}

export const MACHINE: Room = { bytes: MEMORY_BYTES, whose: 'the memory of this machine' };
export const ARRAY: Room = { bytes: MOST_ARRAY_BYTES, whose: 'what this Node has for one array' };

/** What a model needs with batches of so many samples, and where. */
export interface Need {
  readonly bytesFor: (maxBatch: number) => number;
  readonly room: Room;
}

/**
 * Makes an engine where there is room for its model.
 *
 * @throws AssayError `engine-unavailable`, saying what would fit, before anything is made; also where the system has no memory left.
 */
export async function inRoom<T>(
  name: EngineName,
  { maxBatch }: EngineOptions,
  needs: readonly Need[],
  make: () => T | Promise<T>,
): Promise<T> {
  const exceeded = needs.find(({ bytesFor, room }) => bytesFor(maxBatch) > room.bytes);
  const { bytesFor, room } = exceeded ?? needs[0];
  const refusal = (expected: string, hint: string): AssayError =>
    new AssayError('engine-unavailable', {
      what: `the model and its batches do not fit into the memory of the engine ${name}`,
      expected,
      got: `${amountText(bytesFor(maxBatch))} for batches of ${maxBatch}`,
      hint,
    });
  if (exceeded !== undefined) {
    const fits = (batch: number): boolean => needs.every((need) => need.bytesFor(batch) <= need.room.bytes);
    const fitting = greatestFitting(maxBatch, fits);
    throw refusal(
      `at most ${amountText(room.bytes)}, ${room.whose}`,
      fitting === 0 ? 'not even one sample fits: the model is too large' : `a batchSize of ${fitting} fits`,
    );
  }
  try {
    return await make();
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw refusal('memory that the system has left', 'end other programs, or take a smaller batchSize');
  }
}

/** What is left of `most` samples when as many as `fits` says are taken; 0 when none does. */
function greatestFitting(most: number, fits: (batch: number) => boolean): number {
  let [fitting, failing] = [0, most];
  while (failing - fitting > 1) {
    const middle = Math.floor((fitting + failing) / 2);
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}

/** As V8 says it of arrays and of WebAssembly's memory, and our addon of its own. By its text: it is of another realm under jest. */
function isOutOfMemory(error: unknown): boolean {
  return /allocat|no memory/i.test((error as Error).message);
}

function amountText(bytes: number): string {
  const [unit, name] = bytes < 0x40000000 ? [0x100000, 'MiB'] : [0x40000000, 'GiB'];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}

/** Of an engine that keeps every layer's input and output as they are: all of it at least, and its greatest array. */
export function needsOfArrays({ layers, optimizer }: EngineOptions): Need[] {
  const samples = [sizeOf(layers[0].inputShape), ...layers.map(({ outputShape }) => sizeOf(outputShape))];
  const parameters = parametersOf(layers).map(({ shape }) => sizeOf(shape));
  const copies = 2 + MOMENT_NAMES[optimizer.type].length; // the values, their gradients
  return [
    {
      bytesFor: (maxBatch) => 4 * (maxBatch * sumOf(samples) + copies * sumOf(parameters)),
      room: MACHINE,
    },
    { bytesFor: (maxBatch) => 4 * Math.max(maxBatch * Math.max(...samples), ...parameters), room: ARRAY },
  ];
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
