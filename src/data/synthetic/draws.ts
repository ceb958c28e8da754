import { alea } from 'seedrandom';

/**
 * Seeded draws with the same bits on every machine: seedrandom's Alea uses + - * and integer operations only, and so does
 * everything here. (seedrandom's default generator calls `Math.pow`.)
 */
export class Draws {
  /** In [0, 1), with 32 random bits. */
  readonly uniform: () => number;

  constructor(seed: string) {
    this.uniform = alea(seed);
  }

  /** Bell-shaped: a sum of four uniform draws, with mean 0 and variance 1, within ±2√3. */
  bell(): number {
    return (this.uniform() + this.uniform() + this.uniform() + this.uniform() - 2) * SQRT_3;
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  integerBelow(n: number): number {
    return Math.floor(n * this.uniform());
  }
}

const SQRT_3 = Math.sqrt(3);
