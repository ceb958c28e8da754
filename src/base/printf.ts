/**
 * Numbers as Python prints them. JavaScript's `toFixed` is not it: at an exact tie it takes the greater digit
 * (Python the even one), from 1e21 on it turns to scientific notation, and NaN, infinities and −0 differ.
 */

/** Python's `f"{value:.{decimals}f}"`: the exact binary value rounded to `decimals`, ties to even; `nan`, `inf`, `-inf`. */
export function pythonFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const { negative, mantissa, exponent } = decompose(value);
  const scaled = mantissa * 10n ** BigInt(decimals);
  const rounded = exponent >= 0n ? scaled << exponent : divideHalfEven(scaled, 1n << -exponent);
  const digits = rounded.toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = decimals > 0 ? `.${digits.slice(point)}` : '';
  return `${negative ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

/** Python's `repr(value)` of a float: the shortest digits that read back as `value`, as JavaScript's, but laid out otherwise. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${digits}e${power < 0 ? '-' : '+'}${Math.abs(power).toString().padStart(2, '0')}`;
  }
  const text = Object.is(value, -0) ? '-0' : value.toString();
  return text.includes('.') ? text : `${text}.0`;
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

const scratch = new DataView(new ArrayBuffer(8));

/** A finite double as ± mantissa · 2^exponent, exactly. */
function decompose(value: number): { negative: boolean; mantissa: bigint; exponent: bigint } {
  scratch.setFloat64(0, value);
  const bits = scratch.getBigUint64(0);
  const biased = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  // Subnormals (biased exponent 0) have no implicit leading bit and the exponent of the smallest normals.
  const mantissa = biased === 0n ? fraction : fraction | (1n << 52n);
  return { negative: bits >> 63n === 1n, mantissa, exponent: (biased === 0n ? 1n : biased) - 1075n };
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twiceRemainder = 2n * (numerator % denominator);
  const roundsUp = twiceRemainder > denominator || (twiceRemainder === denominator && quotient % 2n === 1n);
  return roundsUp ? quotient + 1n : quotient;
}
