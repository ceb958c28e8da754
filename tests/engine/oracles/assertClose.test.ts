import { assertClose, within, type Floats } from '../support/assertClose';

const vector = (...values: number[]): Floats => ({ shape: [values.length], data: Float32Array.from(values) });
const allow = (atol: number) => ({ because: 'the test says so', at: () => atol });

function failure(got: Floats, expected: Floats, atol: number): string {
  try {
    assertClose('it', got, expected, allow(atol));
  } catch (error) {
    return (error as Error).message;
  }
  return 'close';
}

test('tells how many differ, by how much, where, and what was allowed', () => {
  const expected = { shape: [2, 2], data: Float32Array.of(1, 2, 4, 0) };
  const got = { shape: [2, 2], data: Float32Array.of(1, 2.5, 4.25, 0.0625) };
  expect(failure(got, expected, 0.125)).toBe(
    [
      'it: 2 of 4 elements (50.0 %) are not close; 3 are not equal',
      '  greatest absolute difference: 0.5 at [0, 1]',
      '  greatest relative difference: Infinity at [1, 1]',
      '  greatest distance:            1031798784 ulp at [1, 1]',
      '  worst:                        got 2.5, expected 2 at [0, 1]',
      '  allowed there:                0.125, of which 4.00 times was used',
      '  allowed because:              the test says so',
    ].join('\n'),
  );
});

test('returns how much of the allowance was used', () => {
  expect(assertClose('it', vector(1, 2), vector(1, 2.5), allow(2))).toBe(0.25);
  expect(assertClose('it', vector(1, -0), vector(1, 0), allow(0))).toBe(0);
  expect(assertClose('it', vector(), vector(), allow(0))).toBe(0);
  const tolerance = within({ rtol: 0.5, atol: 1 }, [4], 'the test says so');
  expect(assertClose('it', vector(5.5), vector(4), tolerance)).toBe(0.5);
});

test('a difference of exactly what is allowed is close, the next float32 is not', () => {
  expect(failure(vector(1.5), vector(1), 0.5)).toBe('close');
  expect(failure(vector(1.5 + 2 ** -23), vector(1), 0.5)).toMatch(/1 of 1 elements/);
});

test('a NaN is close to a NaN and to nothing else, whatever is allowed', () => {
  expect(failure(vector(NaN), vector(NaN), 0)).toBe('close');
  expect(failure(vector(NaN, 1), vector(1, 1), Infinity)).toMatch(/1 of 2 elements/);
  expect(failure(vector(1), vector(NaN), Infinity)).toMatch(/1 of 1 elements/);
});

test('an infinity is close to itself only', () => {
  expect(failure(vector(Infinity), vector(Infinity), 0)).toBe('close');
  expect(failure(vector(Infinity), vector(-Infinity), Infinity)).toMatch(/1 of 1 elements/);
  expect(failure(vector(3e38), vector(Infinity), Infinity)).toMatch(/1 of 1 elements/);
});

test('an allowance that is NaN allows nothing', () => {
  expect(failure(vector(1), vector(1.5), NaN)).toMatch(/1 of 1 elements/);
});

test('other shapes are refused, even of as many elements', () => {
  const column = { shape: [2, 1], data: Float32Array.of(1, 2) };
  expect(failure(column, vector(1, 2), 1)).toBe('it: shape [2, 1] (2 elements), expected [2] (2)');
  expect(failure(vector(1), vector(1, 2), 1)).toBe('it: shape [1] (1 elements), expected [2] (2)');
  const short = { shape: [2], data: Float32Array.of(1) };
  expect(failure(short, vector(1, 2), 1)).toBe('it: shape [2] (1 elements), expected [2] (2)');
});
