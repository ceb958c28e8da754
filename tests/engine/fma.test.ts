import { bitsOf } from '../../src/base/f32';
import type { EngineOptions } from '../../src/engine/engine';
import { fma } from '../../src/engine/reference/fma';
import { forward, variantsOf, withEngines } from './support/engines';
import { exactFma, hardTriples, type Triple } from './support/exactFma';
import { oneLayer } from './support/models';

/** Of each kind of triple some hundred thousand, each time others; `ASSAY_FC_SEED` has the same again. */
const SEED = Number(process.env.ASSAY_FC_SEED ?? Date.now() % 1_000_000);
const COUNT = 2_200_000;

const text = (value: number): string => `${value} [0x${bitsOf(value).toString(16).padStart(8, '0')}]`;

function holds(got: number, triple: Triple): void {
  const expected = exactFma(...triple);
  if (bitsOf(got) === bitsOf(expected)) return;
  throw new Error(
    `fma(${triple.map(text).join(', ')}) = ${text(got)}, expected ${text(expected)}; seed ${SEED}`,
  );
}

test('the exact values are those that are known', () => {
  const ulp = 2 ** -23;
  expect(exactFma(1 + ulp, 1 + ulp, 0)).toBe(1 + 2 * ulp);
  expect(exactFma(1 + ulp, 1 + ulp, -(1 + 2 * ulp))).toBe(ulp * ulp);
  expect(exactFma(2 ** -75, 2 ** -75, 0)).toBe(0); // half of the least: to even
  expect(exactFma(2 ** -75, 2 ** -75, 2 ** -149)).toBe(2 ** -148); // again, and even is above
  expect(exactFma(2 ** 64, 2 ** 64, 0)).toBe(Infinity);
  expect(Object.is(exactFma(-1, 0, 0), 0)).toBe(true);
  expect(Object.is(exactFma(-1, 0, -0), -0)).toBe(true);
  expect(Object.is(exactFma(-(2 ** -100), 2 ** -100, 0), -0)).toBe(true);
});

test(`rounds once, as exact integers have it (${COUNT} values, seed ${SEED})`, () => {
  let twice = 0;
  for (const triple of hardTriples(SEED, COUNT)) {
    const got = fma(...triple);
    holds(got, triple);
    if (!Object.is(Math.fround(triple[0] * triple[1] + triple[2]), got)) twice++;
  }
  // Otherwise nothing was tried that rounding twice does not do as well.
  expect(twice).toBeGreaterThan(COUNT / 100);
}, 120_000);

/** A Linear of two inputs, 1 and a, and of weights c and b: 1 · c + 0 is exact, and a · b + c is a link of the chain. */
test('is what a link of a chain is, on wasm and native', async () => {
  const size = 88;
  const options: EngineOptions = {
    layers: oneLayer({ name: 'fc1', type: 'Linear', inFeatures: 2, outFeatures: size }, [2]),
    optimizer: { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 },
    arithmetic: 'fused-chain',
    maxBatch: size,
  };
  await withEngines([...variantsOf('wasm'), ...variantsOf('native')], options, (engines) => {
    for (let round = 0; round < 60; round++) {
      const triples = [...hardTriples(SEED + 7919 * (round + 1), size)];
      const input = Float32Array.from(triples.flatMap(([a]) => [1, a]));
      const weight = Float32Array.from(triples.flatMap(([, b, c]) => [c, b]));
      const parameters = [
        { name: 'fc1.weight', shape: [size, 2], data: weight },
        { name: 'fc1.bias', shape: [size], data: new Float32Array(size).fill(-0) },
      ];
      for (const engine of engines) {
        engine.setParameters(parameters);
        const output = forward(engine, size, input);
        triples.forEach(([a], i) => {
          // The chain's first link makes 0 of −0.
          triples.forEach(([, b, c], o) => holds(output[i * size + o], [a, b, c + 0]));
        });
      }
    }
  });
}, 120_000);
