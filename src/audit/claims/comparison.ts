import type { Chance } from '../../judge/collapse';
import { pythonFixed } from '../../base/printf';
import type { EpochView, Evidence, RunView } from '../types';
import { verdictRule, type RuleRow } from '../verdictRules';
import type { Measure } from './claim';
import { testedEpochs } from '../views';
import { measureWords, show, valueOf } from './metric';
import { rangeOf } from './numbers';
import { cannotBeJudged, eitherWay, type Outcome } from './outcome';

/** Predicates that hold a run against the document's other runs. */

export function extreme(
  run: RunView,
  runs: readonly RunView[],
  measure: Measure,
  which: 'greatest' | 'smallest',
  epoch: number | undefined,
): Outcome {
  const measured = runs.flatMap((run) => {
    const found = measureOf(run, measure, epoch);
    return found === undefined ? [] : [{ run, ...found }];
  });
  const own = measured.find((candidate) => candidate.run === run);
  if (runs.length < 2) return cannotBeJudged('there is no other run to compare with');
  if (own === undefined || measured.length < runs.length)
    return cannotBeJudged(`the ${measure} is not known of every run`);
  const beyond = measured.filter(({ value }) =>
    which === 'greatest' ? value > own.value : value < own.value,
  );
  const list = measured
    .map(
      ({ run, text }) =>
        `${text} at ${run.lr === undefined ? 'a learning rate that is not known' : `lr ${run.lr}`}`,
    )
    .join(', ');
  const evidence = ({ run, line, text }: Measured & { run: RunView }): Evidence => ({
    ...{ line, lr: run.lr, epoch, text: `${measure} ${text}` },
  });
  return {
    verdict: beyond.length === 0 ? 'holds' : 'contradicted',
    because: `its ${measureWords(measure, epoch)} is ${beyond.length === 0 ? '' : 'not '}the ${which} of the runs (${list})`,
    supporting: beyond.length === 0 ? measured.map(evidence) : [],
    against: beyond.length === 0 ? [] : [own, ...beyond].map(evidence),
  };
}

interface Measured {
  readonly value: number;
  readonly text: string;
  readonly line?: number;
}

/** A number of a run, and its words. */
function measureOf(run: RunView, measure: Measure, epoch: number | undefined): Measured | undefined {
  const tests = testedEpochs(run);
  const last = tests.at(-1);
  switch (measure) {
    case 'accuracy':
    case 'test loss': {
      const at = epoch === undefined ? last : tests.find((test) => test.epoch === epoch);
      if (at === undefined) return undefined;
      const value = valueOf(at, measure);
      if (Number.isNaN(value)) return undefined;
      return { value, text: show(measure, value), line: at.line };
    }
    case 'gain in accuracy': {
      if (last === undefined || tests.length < 2) return undefined;
      const value = last.accuracy - tests[0].accuracy;
      return { value, text: `${pythonFixed(value, 2)} points`, line: last.line };
    }
    case 'range of losses':
      return widest(run, epoch, rangeWidth);
    case 'standard deviation of losses':
      return widest(run, epoch, standardDeviation);
  }
}

/** The greatest spread of the logged losses of an epoch; undefined when that of one is not known. */
function widest(
  { epochs }: RunView,
  epoch: number | undefined,
  spreadOf: (losses: EpochView) => Spread | undefined,
): Measured | undefined {
  // The first epoch begins with the loss of guessing, whatever the learning rate is.
  const some = epochs.filter((view) => (epoch === undefined ? view.epoch > 1 : view.epoch === epoch));
  const spreads = some.map(spreadOf).filter((spread) => spread !== undefined);
  if (spreads.length === 0 || spreads.length < some.length) return undefined;
  const { value, line } = spreads.reduce((a, b) => (b.value > a.value ? b : a));
  return { value, text: pythonFixed(value, 3), line };
}

type Spread = Pick<Measured, 'value' | 'line'>;

function rangeWidth(epoch: EpochView): Spread | undefined {
  const range = rangeOf(epoch);
  return range && { value: range.greatest.loss - range.least.loss, line: range.greatest.line };
}

/** Of the epoch's losses as a sample. */
function standardDeviation({ losses }: EpochView): Spread | undefined {
  if (losses.length < 2) return undefined;
  const mean = losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;
  const squares = losses.reduce((sum, { loss }) => sum + (loss - mean) ** 2, 0);
  const value = Math.sqrt(squares / (losses.length - 1));
  return Number.isNaN(value) ? undefined : { value, line: losses[0].line };
}

export function rule(
  run: RunView,
  runs: readonly RunView[],
  row: RuleRow,
  word: string,
  chance: Chance,
): Outcome {
  const computed = verdictRule(row).compute(run, runs, chance);
  if (computed === undefined) return cannotBeJudged(`there is nothing that the rule of ${row} could go by`);
  const because = `by the rule of ${row} the run is ${computed.word}: ${computed.because}`;
  return eitherWay(computed.word === word, because, [{ lr: run.lr, text: computed.because }]);
}
