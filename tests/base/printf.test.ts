import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { pythonFixed, pythonFloat } from '../../src/base/printf';

/** Values recorded by fixtures/python/numbers.py. */
interface Recorded {
  readonly bits: string;
  readonly fixed: Record<string, string>;
  readonly repr: string;
}

const recorded = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/python/numbers.json'), 'utf8'),
) as Recorded[];

const DECIMALS = [0, 2, 4, 6];

describe('numbers are printed as Python printed them', () => {
  test.each(DECIMALS)(':.%df', (decimals) => {
    const ours = recorded.map(({ bits }) => pythonFixed(doubleOf(bits), decimals));
    expect(ours).toEqual(recorded.map(({ fixed }) => fixed[decimals]));
  });

  test('repr', () => {
    expect(recorded.map(({ bits }) => pythonFloat(doubleOf(bits)))).toEqual(recorded.map(({ repr }) => repr));
  });
});

test('the smallest double, 4.94e-324, rounds to 5e-324', () => {
  expect(pythonFixed(Number.MIN_VALUE, 324)).toBe(`0.${'0'.repeat(323)}5`);
});

describe('where JavaScript prints otherwise', () => {
  test.each([
    [0.5, 0, '0', '1'],
    [2.5, 0, '2', '3'],
    [-2.5, 0, '-2', '-3'],
    [0.125, 2, '0.12', '0.13'],
    [0.0078125, 6, '0.007812', '0.007813'],
    [1e21, 2, '1000000000000000000000.00', '1e+21'],
    [-0, 6, '-0.000000', '0.000000'],
    [NaN, 4, 'nan', 'NaN'],
    [Infinity, 4, 'inf', 'Infinity'],
    [-Infinity, 4, '-inf', '-Infinity'],
  ])('%d with %d decimals is %s in Python, %s by toFixed', (value, decimals, python, javaScript) => {
    expect(pythonFixed(value, decimals)).toBe(python);
    expect(value.toFixed(decimals)).toBe(javaScript);
  });

  property.prop([fc.double({ noNaN: true, min: -1e20, max: 1e20 }), fc.constantFrom(...DECIMALS)])(
    'elsewhere toFixed is right: it rounds the exact binary value',
    (value, decimals) => {
      fc.pre(!Object.is(value, -0) && !isTie(value, decimals));
      expect(pythonFixed(value, decimals)).toBe(value.toFixed(decimals));
    },
  );

  property.prop([fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constantFrom(...DECIMALS)])(
    'a tie goes to the even digit',
    (k, decimals) => {
      const tie = (2 * k + 1) / 2 ** (decimals + 1); // an odd multiple of half of 2^-decimals: ends in 5, one digit too late
      const last = Number(pythonFixed(tie, decimals).at(-1));
      expect(last % 2).toBe(0);
    },
  );
});

property.prop([fc.double()])('repr reads back as the same value', (value) => {
  const text = pythonFloat(value).replace('inf', 'Infinity').replace('nan', 'NaN');
  expect(Number(text)).toBe(value);
});

function doubleOf(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE();
}

/** Whether value · 10^decimals lies exactly between two whole numbers: only then is it a dyadic fraction this short. */
function isTie(value: number, decimals: number): boolean {
  const scaled = value * 2 ** (decimals + 1);
  return Number.isInteger(scaled) && scaled % 2 !== 0;
}
