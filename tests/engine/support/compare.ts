import { bitsOf, ulpDistance } from '../../../src/base/f32';
import type { NamedTensor } from '../../../src/engine/engine';

/** Fails unless both have the same bits everywhere; NaN equals NaN. The message shows the first element that differs. */
export function expectSameBits(
  what: string,
  got: Float32Array,
  wanted: Float32Array,
  shape: readonly number[] = [wanted.length],
): void {
  if (got.length !== wanted.length) {
    throw new Error(`${what}: ${got.length} elements instead of ${wanted.length}`);
  }
  let count = 0;
  let first = -1;
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(got[i], wanted[i])) continue;
    if (count++ === 0) first = i;
  }
  if (count === 0) return;
  throw new Error(
    [
      `${what}: ${count} of ${wanted.length} elements differ; the first is [${coordinates(first, shape)}]`,
      `  got:      ${describeFloat(got[first])}`,
      `  expected: ${describeFloat(wanted[first])}`,
      `  distance: ${ulpDistance(got[first], wanted[first])} ulp`,
    ].join('\n'),
  );
}

export function expectSameTensors(
  what: string,
  got: readonly NamedTensor[],
  wanted: readonly NamedTensor[],
): void {
  expect(got.map(({ name, shape }) => ({ name, shape }))).toEqual(
    wanted.map(({ name, shape }) => ({ name, shape })),
  );
  wanted.forEach(({ name, shape, data }, i) => {
    expectSameBits(`${what} ${name}`, got[i].data, data, shape);
  });
}

function describeFloat(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return `${text} (0x${bitsOf(value).toString(16).padStart(8, '0')})`;
}

/** Row-major index → coordinates. */
function coordinates(index: number, shape: readonly number[]): string {
  const result: number[] = [];
  for (const length of [...shape].reverse()) {
    result.unshift(index % length);
    index = Math.floor(index / length);
  }
  return result.join(', ');
}
