/** The Mersenne Twister, 32-bit (Matsumoto & Nishimura 1998), seeded as `torch.manual_seed` seeds PyTorch's CPU generator. */

const N = 624;
const M = 397;
const UPPER_MASK = 0x80000000;
const LOWER_MASK = 0x7fffffff;
const MATRIX_A = 0x9908b0df;

/** Where a generator is in its stream: what a resumed run continues from. */
export interface Mt19937State {
  /** uint32 [624]. */
  readonly words: Uint32Array;
  /** How many of the words have been drawn: 0 … 624. */
  readonly drawn: number;
}

export class Mt19937 {
  /** Of its state. */
  static readonly WORDS = N;
  private readonly words = new Uint32Array(N);
  private drawn = N;

  /** @param seed any integer; its low 32 bits count, as in PyTorch. */
  constructor(seed: number | bigint) {
    const { words } = this;
    words[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < N; i++) {
      const previous = words[i - 1] ^ (words[i - 1] >>> 30);
      words[i] = Math.imul(previous, 1812433253) + i;
    }
  }

  static fromState(state: Mt19937State): Mt19937 {
    const generator = new Mt19937(0);
    generator.words.set(state.words);
    generator.drawn = state.drawn;
    return generator;
  }

  getState(): Mt19937State {
    return { words: this.words.slice(), drawn: this.drawn };
  }

  /** The next output, 0 … 2^32 − 1 (PyTorch: `random()`). */
  nextUint32(): number {
    if (this.drawn === N) this.nextBlock();
    let y = this.words[this.drawn++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Replaces all words by the next ones of the recurrence; the loop is split where its indices wrap. */
  private nextBlock(): void {
    const { words } = this;
    let i = 0;
    for (; i < N - M; i++) words[i] = words[i + M] ^ twist(words[i], words[i + 1]);
    for (; i < N - 1; i++) words[i] = words[i + M - N] ^ twist(words[i], words[i + 1]);
    words[N - 1] = words[M - 1] ^ twist(words[N - 1], words[0]);
    this.drawn = 0;
  }
}

/** Without a branch, which would be guessed wrong every other time. */
function twist(u: number, v: number): number {
  return (((u & UPPER_MASK) | (v & LOWER_MASK)) >>> 1) ^ (-(v & 1) & MATRIX_A);
}
