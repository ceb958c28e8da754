import { bitsOf, ulpDistance } from '../../../src/f32';
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

/**
 * Fails unless |got − exact| ≤ allowed for each element; NaN is never within. The message tells of the element that uses
 * most of what it is allowed.
 */
export function expectWithin(
  what: string,
  got: ArrayLike<number>,
  exact: ArrayLike<number>,
  allowed: ArrayLike<number>,
  shape: readonly number[] = [exact.length],
): void {
  expect(got.length).toBe(exact.length);
  let count = 0;
  let worst = 0;
  let worstUse = -1;
  for (let i = 0; i < exact.length; i++) {
    const error = Math.abs(got[i] - exact[i]);
    if (error <= allowed[i]) continue;
    count++;
    const use = Number.isNaN(error) ? Infinity : error / allowed[i];
    if (use > worstUse) [worst, worstUse] = [i, use];
  }
  if (count === 0) return;
  throw new Error(
    [
      `${what}: ${count} of ${exact.length} elements are outside their bound; the worst is [${coordinates(worst, shape)}]`,
      `  got:      ${describeFloat(got[worst])}`,
      `  exact:    ${exact[worst]}, as float32 ${describeFloat(Math.fround(exact[worst]))}`,
      `  distance: ${Math.abs(got[worst] - exact[worst])}, ${ulpDistance(Math.fround(got[worst]), Math.fround(exact[worst]))} ulp`,
      `  allowed:  ${allowed[worst]}; used ${worstUse.toPrecision(3)} times that`,
    ].join('\n'),
  );
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
