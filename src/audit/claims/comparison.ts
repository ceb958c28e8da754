import { conditionsText } from '../../run/run';
import type { Evidence, RunNumbers } from '../types';
import { computeRule, ruleOf } from '../verdictRules';
import { metricOf } from '../views';
import type { JudgingTerms } from '../terms';
import { titlesOf } from '../words';
import type { Measure } from './claim';
import { measureName, measureOf, measureWords, type Measured } from './measure';
import { cannotBeJudged, eitherWay, type Outcome } from './outcome';

/** Predicates that hold a run against the document's other runs. */

export function extreme(
  run: RunNumbers,
  runs: readonly RunNumbers[],
  measure: Measure,
  which: 'greatest' | 'smallest',
  { metrics, conditions: known }: JudgingTerms,
): Outcome {
  const metric = metricOf(metrics, measure.metric);
  const measured = runs.flatMap((run) => {
    const found = measureOf(run, metric, measure);
    return found === undefined ? [] : [{ run, ...found }];
  });
  const own = measured.find((candidate) => candidate.run === run);
  if (runs.length < 2) return cannotBeJudged('there is no other run to compare with');
  if (own === undefined || measured.length < runs.length)
    return cannotBeJudged(`the ${measureName(measure)} is not known of every run`);
  const beyond = measured.filter(({ value }) =>
    which === 'greatest' ? value > own.value : value < own.value,
  );
  const at = ({ conditions }: RunNumbers): string =>
    known.every(({ name }) => name in conditions)
      ? conditionsText(conditions)
      : `a ${titlesOf(known)} that is not known`;
  const list = measured.map(({ run, text }) => `${text} at ${at(run)}`).join(', ');
  const evidence = ({ run: { conditions }, line, text }: Measured & { run: RunNumbers }): Evidence => ({
    ...{ line, conditions, text: `${measureName(measure)} ${text}` },
    ...(measure.epoch !== undefined && { epoch: measure.epoch }),
  });
  return {
    verdict: beyond.length === 0 ? 'holds' : 'contradicted',
    because: `its ${measureWords(measure)} is ${beyond.length === 0 ? '' : 'not '}the ${which} of the runs (${list})`,
    supporting: beyond.length === 0 ? measured.map(evidence) : [],
    against: beyond.length === 0 ? [] : [own, ...beyond].map(evidence),
  };
}

export function rule(
  run: RunNumbers,
  runs: readonly RunNumbers[],
  row: string,
  word: string,
  terms: JudgingTerms,
): Outcome {
  const known = ruleOf(terms.rules, row);
  if (known === undefined) return cannotBeJudged(`there is no rule of ${row}`);
  const computed = computeRule(known, run, runs, terms);
  if (computed === undefined) return cannotBeJudged(`there is nothing that the rule of ${row} could go by`);
  const because = `by the rule of ${row} the run is ${computed.word}: ${computed.because}`;
  return eitherWay(computed.word === word, because, [{ conditions: run.conditions, text: computed.because }]);
}
