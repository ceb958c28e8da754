import { Mt19937 } from '../../src/pytorch/random/mt19937';

/** Choices that follow from a seed. */
export class Draws {
  private readonly generator: Mt19937;

  constructor(seed: number) {
    this.generator = new Mt19937(seed);
  }

  /** 0 … n − 1 */
  below(n: number): number {
    return this.generator.nextUint32() % n;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}

/** What readers stumble over, put where it does not belong. */
const TOKENS = [
  ...['nan', 'NaN', '-1', '1e999', '999999999999999', '0x10', '-0', 'null', '[[[[', '{"a":', '"', '\\u0000'],
  ...['\x00', '\x1b[2J', '\x07', '\r', '\u202e', '\ufeff', '@everyone', '\n', '\n\n', '\t', '</script>', '|'],
  ...['Train Epoch: 7 [', 'Test set: Average loss: ', '## LR = ', 'Final Test Accuracy: ', '__proto__'],
].map((token) => Buffer.from(token));

/** A file with faults: of what is JSON, every second time in its values. */
export function mutated(draws: Draws, whole: Buffer): Buffer {
  const isJson = whole[0] === '{'.charCodeAt(0) && !whole.includes('\n{');
  return isJson && draws.below(2) === 0 ? withOtherValue(draws, whole) : withFaults(draws, whole);
}

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    0.5,
    1e300,
    2 ** 53,
    1e9,
    'NaN',
    '-Infinity',
    '',
    'a'.repeat(5000),
    '\x1b[2J',
    'run.json',
  ],
  ...[[], {}, [[]], { a: 1 }, Array.from({ length: 2000 }, (_, i) => i)],
];

/** JSON with another value in one to three places, a key less, or one more. */
function withOtherValue(draws: Draws, whole: Buffer): Buffer {
  const root = JSON.parse(whole.toString()) as object;
  for (let faults = 1 + draws.below(3); faults > 0; faults--) {
    let place = root as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(place);
      const key = keys.length === 0 ? 'key' : draws.of(keys);
      const value = place[key];
      if (typeof value === 'object' && value !== null && draws.below(4) > 0) {
        place = value as Record<string, unknown>;
        continue;
      }
      if (draws.below(5) === 0) delete place[key];
      else
        place[draws.below(8) === 0 ? draws.of(['__proto__', 'key', '\x07']) : key] = structuredClone(
          draws.of(VALUES),
        );
      break;
    }
  }
  return Buffer.from(JSON.stringify(root));
}

/** One to four faults in the bytes. */
function withFaults(draws: Draws, whole: Buffer): Buffer {
  let bytes = Buffer.from(whole);
  for (let faults = 1 + draws.below(4); faults > 0 && bytes.length > 0; faults--) {
    const at = draws.below(bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const length = Math.min(draws.below(200), after.length);
    switch (draws.below(6)) {
      case 0:
        bytes[at] ^= 1 << draws.below(8);
        break;
      case 1:
        bytes = Buffer.from(before);
        break;
      case 2: // a part is lost
        bytes = Buffer.concat([before, after.subarray(length)]);
        break;
      case 3: // a part is doubled
        bytes = Buffer.concat([before, after.subarray(0, length), after]);
        break;
      case 4:
        bytes = Buffer.concat([before, draws.of(TOKENS), after]);
        break;
      default: // a part is replaced
        bytes = Buffer.concat([before, draws.of(TOKENS), after.subarray(length)]);
    }
  }
  return bytes;
}
