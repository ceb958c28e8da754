import { ulpDistance } from '../../../src/base/f32';

/** How far a float32 may be from another, and why so far. */
export interface Allowance {
  /** Where the numbers come from: rounding, ulps, measured drift. */
  readonly because: string;
  /** The greatest |got − expected| of the element at `index` (row-major). */
  at(index: number): number;
}

/** |got − expected| ≤ atol + rtol · |expected|, as `torch.testing.assert_close` has it. */
export function within(
  { rtol, atol }: { rtol: number; atol: number },
  expected: ArrayLike<number>,
  because: string,
): Allowance {
  return { because, at: (index) => atol + rtol * Math.abs(expected[index]) };
}

export interface Floats {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export function vector<Data extends Float32Array | Float64Array>(
  data: Data,
): { shape: [number]; data: Data } {
  return { shape: [data.length], data };
}

/**
 * Holds each element of `got` against its allowance, in the manner of `torch.testing.assert_close`. Equal infinities are close, and so
 * are two NaNs; a NaN and a number never are.
 *
 * @returns how much of the allowance was used where it was used most: 0 when all are equal, at most 1.
 * @throws Error that says how many differ, by how much, where, and what was allowed; also when the shapes differ.
 */
export function assertClose(
  what: string,
  got: Floats,
  expected: Floats | { readonly shape: readonly number[]; readonly data: Float64Array },
  allowance: Allowance,
): number {
  const [gotShape, shape] = [`[${got.shape.join(', ')}]`, `[${expected.shape.join(', ')}]`];
  const [length, wanted] = [got.data.length, expected.data.length];
  if (gotShape !== shape || length !== wanted) {
    throw new Error(`${what}: shape ${gotShape} (${length} elements), expected ${shape} (${wanted})`);
  }
  const greatest = { absolute: nothingYet(), relative: nothingYet(), ulps: nothingYet(), used: nothingYet() };
  let unequal = 0;
  let beyond = 0;
  expected.data.forEach((value, index) => {
    const mine = got.data[index];
    if (mine === value || (Number.isNaN(mine) && Number.isNaN(value))) return;
    unequal++;
    const difference = Math.abs(mine - value);
    const distance = Number.isNaN(difference) ? Infinity : difference;
    const used = distance / allowance.at(index); // ∞/∞ is NaN, and beyond
    if (!(used <= 1)) beyond++;
    note(greatest.absolute, distance, index);
    note(greatest.relative, distance / Math.abs(value), index);
    note(greatest.ulps, ulpDistance(mine, value), index);
    note(greatest.used, used, index);
  });
  if (beyond === 0) return greatest.used.value;

  const at = (index: number): string => `[${coordinates(index, expected.shape).join(', ')}]`;
  const worst = greatest.used.index;
  const percent = ((100 * beyond) / wanted).toFixed(1);
  throw new Error(
    [
      `${what}: ${beyond} of ${wanted} elements (${percent} %) are not close; ${unequal} are not equal`,
      `  greatest absolute difference: ${greatest.absolute.value} at ${at(greatest.absolute.index)}`,
      `  greatest relative difference: ${greatest.relative.value} at ${at(greatest.relative.index)}`,
      `  greatest distance:            ${greatest.ulps.value} ulp at ${at(greatest.ulps.index)}`,
      `  worst:                        got ${got.data[worst]}, expected ${expected.data[worst]} at ${at(worst)}`,
      `  allowed there:                ${allowance.at(worst)}, of which ${greatest.used.value.toPrecision(3)} times was used`,
      `  allowed because:              ${allowance.because}`,
    ].join('\n'),
  );
}

interface Greatest {
  value: number;
  index: number;
}

function nothingYet(): Greatest {
  return { value: 0, index: 0 };
}

/** A NaN (of 0/0 or ∞/∞) counts as infinite. */
function note(greatest: Greatest, value: number, index: number): void {
  const size = Number.isNaN(value) ? Infinity : value;
  if (size > greatest.value) Object.assign(greatest, { value: size, index });
}

/** Row-major index → coordinates. */
function coordinates(index: number, shape: readonly number[]): number[] {
  const result: number[] = [];
  for (const length of [...shape].reverse()) {
    result.unshift(index % length);
    index = Math.floor(index / length);
  }
  return result;
}
