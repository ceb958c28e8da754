import { AssayError } from '../base/errors';

/** Parsers of option values. JavaScript's own take `0x10`, `1_0`, blanks and trailing rubbish for numbers in one place or another. */

const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The parser of an option that takes a decimal number from 0. */
export function nonNegative(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (DECIMAL.test(text) && value < Infinity) return value;
    throw invalid(option, text, 'a number from 0');
  };
}

/** The parser of an option that takes a probability, neither 0 nor 1. */
export function probability(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (DECIMAL.test(text) && value > 0 && value < 1) return value;
    throw invalid(option, text, 'a number between 0 and 1, such as 0.95');
  };
}

/** A learning rate: decimal, greater than 0. */
export function learningRate(text: string): number {
  if (isLearningRate(text)) return Number(text);
  throw invalid('--lr', text, 'a number greater than 0, such as 0.001 or 1e-3');
}

/** A seed of the random stream: 0 … 2^53 − 1. PyTorch's generator uses its low 32 bits. */
export function seed(text: string): number {
  if (isSeed(text)) return Number(text);
  throw invalid('--seed', text, 'a whole number from 0 to 9007199254740991');
}

/** A TCP port; 0 stands for a free one. */
export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw invalid('--port', text, 'a whole number from 0 to 65535');
}

/** Learning rates with commas between. */
export function learningRates(text: string): number[] {
  const parts = text.split(',');
  if (parts.every(isLearningRate)) return parts.map(Number);
  throw invalid('--lrs', text, 'numbers greater than 0, separated by commas, such as 0.001,0.01');
}

/** Seeds, each once and in order: `1..20`, `3`, or several of these with commas between. */
export function seeds(text: string): number[] {
  const expected = 'seeds such as 1..20 or 1,2,5, a million at most';
  const all = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(part);
    if (range === undefined || range.to - range.from + all.size >= MOST_SEEDS)
      throw invalid('--seeds', text, expected);
    for (let next = range.from; next <= range.to; next++) all.add(next);
  }
  return [...all].sort((a, b) => a - b);
}

/** The parser of an option that takes a first and a last seed: `0..100000`. */
export function seedRange(option: string): (text: string) => { from: number; to: number } {
  return (text) => {
    const range = rangeOf(text);
    if (range !== undefined && range.to - range.from < MOST_SEEDS) return range;
    throw invalid(option, text, 'seeds such as 0..100000, a million at most');
  };
}

/** The parser of an option that takes a decimal number as it was printed: how many decimals it has, counts. */
export function printedNumber(option: string): (text: string) => { value: number; decimals: number } {
  return (text) => {
    const match = /^\d+\.(\d+)$/.exec(text);
    if (match !== null) return { value: Number(text), decimals: match[1].length };
    throw invalid(option, text, 'a number with decimals, as it was printed, such as 2.306080');
  };
}

const MOST_SEEDS = 1_000_000;

/** As many as one process has, far more than a machine has cores. */
export const MOST_THREADS = 1000;

/** The parser of an option that counts something: 1, 2, 3 … */
export function count(option: string, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const expected =
    most === Number.MAX_SAFE_INTEGER ? 'a whole number from 1' : `a whole number from 1 to ${most}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value > 0 && value <= most) return value;
    throw invalid(option, text, expected);
  };
}

/** A number of threads: what the engine for many takes. */
export function threads(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 64) return value;
  throw invalid('--threads', text, 'a whole number from 1 to 64');
}

/** The parser of an option that takes a share: 0 … 1. */
export function share(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (DECIMAL.test(text) && value <= 1) return value;
    throw invalid(option, text, 'a number from 0 to 1');
  };
}

/** The address of a Redis. What it holds beside host, port and database is not printed. */
export function queueUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRedis = url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '';
  if (isRedis && /^(\/\d*)?$/.test(url.pathname) && url.search === '' && url.hash === '') return text;
  throw new AssayError('usage', {
    what: '--queue has no valid value',
    expected: 'redis://[user:password@]host[:port][/database], or rediss:// for TLS',
  });
}

function isLearningRate(text: string): boolean {
  const value = Number(text);
  return DECIMAL.test(text) && value > 0 && value < Infinity;
}

/** `1..20`, or `3` for 3 to 3; undefined when it is none, or backwards. */
function rangeOf(text: string): { from: number; to: number } | undefined {
  const [first, last = first, ...rest] = text.split('..');
  const [from, to] = [Number(first), Number(last)];
  return isSeed(first) && isSeed(last) && rest.length === 0 && from <= to ? { from, to } : undefined;
}

function isSeed(text: string): boolean {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text));
}

function invalid(option: string, got: string, expected: string): AssayError {
  return new AssayError('usage', { what: `${option} has no valid value`, expected, got: `'${got}'` });
}
