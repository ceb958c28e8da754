import type { ChartMetric, Scale } from './curves';

/** The vertical axis of a chart. */
export interface Axis {
  /** 0 at the bottom, 1 at the top; values beyond the axis are at its ends. */
  readonly place: (value: number) => number;
  /** Whether a value is beyond the axis. */
  readonly isBeyond: (value: number) => boolean;
  readonly ticks: readonly number[];
  readonly label: (tick: number) => string;
}

/** A logarithmic axis for a share that is to be great is one of what is missing, and this share of all is the least that it has a place for. */
const LEAST_ERROR = 1e-4;
/** Of the axis's length, left free at both ends. */
const ROOM = 0.04;
const MOST_TICKS = 7;

type Shown = Pick<ChartMetric, 'kind' | 'better'>;

/** An axis that has a place for all values that can be on it: a logarithmic one has none for those below 0. */
export function axisFor(metric: Shown, scale: Scale, values: readonly number[]): Axis {
  const whole = wholeOf(metric);
  if (scale === 'linear' || metric.kind === 'real')
    return linearAxis(values, metric.kind === 'real' ? -Infinity : 0, whole);
  if (whole === Infinity || metric.better === 'lower') return logAxis(values, 1, (value) => value);
  // Turned round: the smaller the error, the higher.
  return logAxis(
    values.map((value) => Math.max(LEAST_ERROR * whole, whole - value)),
    -1,
    (value) => whole - value,
  );
}

/** The greatest that a value can be. */
function wholeOf({ kind }: Shown): number {
  if (kind === 'percent') return 100;
  return kind === 'share' ? 1 : Infinity;
}

function linearAxis(values: readonly number[], least: number, most: number): Axis {
  const [lowest, greatest] = extentOf(values, [0, 1]);
  const room = ROOM * (greatest - lowest || 1);
  const [from, to] = [Math.max(least, lowest - room), Math.min(most, greatest + room)];
  const step = STEPS.find((candidate) => (to - from) / candidate <= MOST_TICKS) ?? to - from;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return {
    place: (value) => clamp((value - from) / (to - from)),
    isBeyond: (value) => value < from || value > to,
    ticks: Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12))),
    label: String,
  };
}

/** @param direction 1 when greater numbers are higher, −1 when they are lower; @param shown a number as the labels have it, and back */
function logAxis(numbers: readonly number[], direction: 1 | -1, shown: (value: number) => number): Axis {
  const [least, greatest] = extentOf(
    numbers.filter((value) => value > 0),
    [0.1, 1],
  ).map(Math.log10);
  const room = ROOM * (greatest - least || 1);
  const [from, to] = [least - room, greatest + room];
  const placeOf = (value: number): number => {
    const up = value > 0 ? clamp((Math.log10(value) - from) / (to - from)) : 0;
    return direction > 0 ? up : 1 - up;
  };
  const within = (ticks: readonly number[]): number[] =>
    ticks.filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to);
  const choices = [[1, 2, 5], [1, 3], [1]].map((digits) => within(numbersOf(digits)));
  const ticks = choices.find(({ length }) => length <= MOST_TICKS) ?? choices[2];
  return {
    place: (value) => placeOf(shown(value)),
    isBeyond: (value) => {
      const exponent = Math.log10(shown(value));
      return !(exponent >= from && exponent <= to);
    },
    ticks: ticks.map((tick) => Number(shown(tick).toPrecision(12))),
    label: (tick) => (tick === 0 || tick >= 0.0001 ? String(tick) : tick.toExponential()),
  };
}

const DECADES = Array.from({ length: 30 }, (_, i) => i - 15);
const STEPS = numbersOf([1, 2, 5]);

/** Those digits in each decade. */
function numbersOf(digits: readonly number[]): number[] {
  return DECADES.flatMap((decade) => digits.map((digit) => Number(`${digit}e${decade}`)));
}

function extentOf(values: readonly number[], otherwise: [number, number]): [number, number] {
  if (values.length === 0) return otherwise;
  return [
    values.reduce((least, value) => Math.min(least, value)),
    values.reduce((greatest, value) => Math.max(greatest, value)),
  ];
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
