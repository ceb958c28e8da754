import type { NamedTensor } from '../../../src/engine/engine';
import { sizeOf } from '../../../src/experiment/model';
import type { Shape } from '../../../src/experiment/types';
import { fc } from './property';

/**
 * Contents of tensors: a palette and a seed. fast-check shrinks shapes and palettes, which is what a person
 * wants to see; the values follow from the seed.
 */
export interface Filling {
  readonly palette: PaletteName;
  readonly seed: number;
}

/** Random numbers for values: Marsaglia's xorshift. */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed + 1, 0x9e3779b1) | 1;
    for (let i = 0; i < 8; i++) this.bits();
  }

  /** 32 random bits. */
  bits(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }

  /** 0 … count − 1 */
  below(count: number): number {
    return Math.floor((this.bits() / 2 ** 32) * count);
  }

  between(low: number, high: number): number {
    return low + (this.bits() / 2 ** 32) * (high - low);
  }
}

const ANY_FLOAT = new DataView(new ArrayBuffer(4));
const SPECIALS = [
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  2 ** -126 - 2 ** -149,
  2 ** -126,
  -(2 ** -126),
  1e-30,
  -1e30,
  (2 - 2 ** -23) * 2 ** 127,
  -(2 - 2 ** -23) * 2 ** 127,
  Infinity,
  -Infinity,
  NaN,
];

const special = (dice: Dice): number => SPECIALS[dice.below(SPECIALS.length)];
const ordinary = (dice: Dice): number => dice.between(-1, 1);

/** From simple to wild: fast-check shrinks to the first. */
const PALETTES = {
  /** −2 … 2: zeros of ReLU, ties of MaxPool2d, exact sums. */
  integers: (dice: Dice) => dice.below(5) - 2,
  ordinary,
  /** As after ReLU and Dropout. */
  sparse: (dice: Dice) => (dice.below(3) === 0 ? ordinary(dice) : dice.below(2) === 0 ? 0 : -0),
  subnormal: (dice: Dice) => (dice.below(2 ** 24) - 2 ** 23) * 2 ** -149,
  large: (dice: Dice) => ordinary(dice) * 2 ** (96 + dice.below(33)),
  /** Now and then a value that is not like the others. */
  laced: (dice: Dice) => (dice.below(24) === 0 ? special(dice) : ordinary(dice)),
  specials: special,
  /** Any 32 bits. */
  wild: (dice: Dice) => {
    ANY_FLOAT.setUint32(0, dice.bits());
    return ANY_FLOAT.getFloat32(0);
  },
  /** Halves of 12 bits, of which sums and small multiples are exact. */
  short: (dice: Dice) => (dice.below(4096) - 2048) / 1024,
} satisfies Record<string, (dice: Dice) => number>;

export type PaletteName = keyof typeof PALETTES;

/** Float32 values: the array rounds what the palette gives. */
export function filled({ palette, seed }: Filling, length: number): Float32Array {
  const dice = new Dice(seed);
  return Float32Array.from({ length }, () => PALETTES[palette](dice));
}

export function filledLike(
  filling: Filling,
  parameters: readonly { name: string; shape: Shape }[],
): NamedTensor[] {
  return parameters.map(({ name, shape }, i) => ({
    name,
    shape,
    data: filled({ ...filling, seed: filling.seed + 7919 * (i + 1) }, sizeOf(shape)),
  }));
}

/** Bernoulli masks, 1 = keep. */
export function maskOf(seed: number, p: number, length: number): Uint8Array {
  const dice = new Dice(seed);
  return Uint8Array.from({ length }, () => Number(dice.between(0, 1) >= p));
}

export const seeds = fc.noShrink(fc.nat(2 ** 30));

export function fillings(...palettes: readonly PaletteName[]): fc.Arbitrary<Filling> {
  return fc.record({ palette: fc.constantFrom(...palettes), seed: seeds });
}

/** Everything that a float32 can be. */
export const anything = fillings(
  'integers',
  'ordinary',
  'sparse',
  'subnormal',
  'large',
  'laced',
  'specials',
  'wild',
);
