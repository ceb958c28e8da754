import { canonicalJson } from '../base/canonical';
import { schemaOf } from '../base/schema';
import { encodeNumber, type EncodedNumber } from './record';
import type { Conditions, Point, Run } from './run';

/** Runs of another trainer, as a study keeps them: what bands and comparisons need of each. */

/** A run's line, as JSON has it: numbers that JSON lacks are strings. */
interface EncodedRun {
  readonly conditions: Conditions;
  readonly seed?: number;
  /** The log that it was read from. */
  readonly path: string;
  readonly series: Readonly<Record<string, readonly EncodedPoint[]>>;
}

type EncodedPoint = Omit<Point, 'value' | 'line'> & { readonly value: EncodedNumber };

const line = schemaOf<EncodedRun>('kept-run', 'ensemble-invalid');

/** JSON lines, in the given order. The same runs have the same text. */
export function serializeRuns(runs: readonly Run[]): string {
  return runs
    .map(({ conditions, seed, source, series }): EncodedRun => ({
      conditions,
      ...(seed !== undefined && { seed }),
      path: source.path,
      series: Object.fromEntries(
        Object.entries(series).map(([name, points]) => [name, points.map(encodePoint)]),
      ),
    }))
    .map((run) => `${canonicalJson(run)}\n`)
    .join('');
}

function encodePoint({ epoch, step, value, decimals, count }: Point): EncodedPoint {
  return {
    ...(epoch !== undefined && { epoch }),
    ...(step !== undefined && { step }),
    value: encodeNumber(value),
    ...(decimals !== undefined && { decimals }),
    ...(count !== undefined && { count }),
  };
}

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `ensemble-invalid`
 */
export function parseRuns(text: string, where: string): Run[] {
  return text
    .trimEnd()
    .split('\n')
    .map((encoded, i) => {
      const { path, series, ...run } = line.parse(encoded, `${where}, line ${i + 1}`);
      return {
        ...run,
        series: Object.fromEntries(
          Object.entries(series).map(([name, points]) => [
            name,
            points.map((point) => ({ ...point, value: Number(point.value) })),
          ]),
        ),
        source: { path, line: 1 },
        faults: [],
        stated: {},
      };
    });
}
