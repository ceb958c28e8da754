import { readTextOrFail } from '../base/files';
import { compareWithTrace } from '../judge/compare/trace';
import { isTrace, parseTrace, type Trace } from '../run/trace';
import type { Experiment } from '../experiment/types';
import { partingLines } from '../report/text/published';
import { FoundWanting } from './failure';
import { printJson } from './json';
import { partingFrom } from './published';
import { readRecord } from './input';
import { printText } from './text';
import { loadDataFor } from './training';

/** The trace of a file; undefined where it is something else. */
export async function readTrace(path: string): Promise<Trace | undefined> {
  if (!path.endsWith('.json')) return undefined; // the folder of a run, or a log
  const text = await readTextOrFail(path);
  return isTrace(text) ? parseTrace(text, path) : undefined;
}

/**
 * Holds a record against a trace; where they differ, trains again beside the trace, and says in which step and tensor.
 *
 * @throws FoundWanting when they differ
 */
export async function compareToTrace({
  pathA,
  pathB,
  trace,
  experiment,
  threads,
  json,
}: {
  pathA: string;
  pathB: string;
  trace: Trace;
  experiment: Experiment;
  threads: number;
  json: boolean | undefined;
}): Promise<void> {
  const { checkIsOf } = await import('../run/record.js');
  const record = await readRecord(pathA);
  checkIsOf(record, experiment);
  const comparison = compareWithTrace(record, trace);
  const { equal, first } = comparison;
  const dataSet = first && (await loadDataFor(experiment, record.data.name));
  const parting = dataSet && (await partingFrom(pathB, record, { experiment, dataSet, threads }));
  if (json) {
    printJson({ a: pathA, b: pathB, ...comparison, ...(parting && { parting }) });
  } else {
    const differing =
      first === undefined
        ? []
        : [
            `differs first in: ${first.place}`,
            `  recorded ${first.recorded}`,
            `  computed ${first.computed}`,
          ];
    const where = parting === undefined ? [] : partingLines(parting);
    const lines = [`equal to ${trace.of} at ${equal} places`, ...differing, ...where];
    printText(() => `${lines.join('\n')}\n`);
  }
  if (first !== undefined) throw new FoundWanting();
}
