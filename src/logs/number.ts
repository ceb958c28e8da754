/** Each digit in one way: a text of many that is none is refused in one pass. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number as trainers write them: `0.1`, `1e-05`, `.5`, `nan`, `NaN`, `-inf`, `Infinity`; undefined where a text is none. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (/^[+-]?nan$/i.test(trimmed)) return NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(trimmed);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return undefined;
}

/** A number, and the decimals with which it is written. */
export interface Printed {
  readonly value: number;
  /** Missing of what is no finite number. */
  readonly decimals?: number;
}

export function printedOf(text: string): Printed | undefined {
  const value = numberOf(text);
  if (value === undefined) return undefined;
  return Number.isFinite(value) ? { value, decimals: decimalsOf(text) } : { value };
}

/** Nobody prints more, and a difference of less is none. */
const MOST_DECIMALS = 100;

/** Digits after the point of a number as it is written; an exponent moves the point. */
export function decimalsOf(text: string): number {
  const [, fraction = '', exponent = '0'] = /^[+-]?\d*(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text.trim()) ?? [];
  return Math.min(MOST_DECIMALS, Math.max(0, fraction.length - Number(exponent)));
}
