import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import type { Metric, Study } from '../../study/types';
import { ruleOf, type VerdictRules } from '../verdictRules';
import { parseClaims, type Claim, type ClaimsFile, type Predicate } from './claim';
import { judgedNumbers, numbersIn } from './sentence';

/**
 * Claims from their file.
 *
 * @param rules of the study, where it has some
 * @throws AssayError `file-not-found`, `file-unreadable`, `json-syntax`, `claims-invalid`, the last also where a predicate judges a
 *   number that its quote does not have, or the study has no such condition, metric or rule.
 */
export async function loadClaims(
  path: string,
  study: Pick<Study, 'conditions' | 'metrics'>,
  rules?: VerdictRules,
): Promise<ClaimsFile> {
  const file = parseClaims(await readTextOrFail(path), path);
  for (const claim of file.claims) {
    const fault =
      numberFault(claim) ??
      conditionFault(claim, study) ??
      metricFault(claim, study) ??
      ruleFault(claim, rules);
    if (fault !== undefined)
      throw new AssayError('claims-invalid', { ...fault, where: `${path}, claim ${claim.id}` });
  }
  return file;
}

interface Fault {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

function numberFault(claim: Claim): Fault | undefined {
  const quoted = numbersIn(claim.quote);
  const missing = judgedNumbers(claim).find((number) => !quoted.includes(number));
  if (missing === undefined) return undefined;
  const what = 'a predicate judges a number that the quote does not have';
  return { what, expected: quoted.join(', ') || 'no number', got: missing };
}

function conditionFault({ conditions }: Claim, study: Pick<Study, 'conditions'>): Fault | undefined {
  const names = study.conditions.map(({ name }) => name);
  const given = Object.keys(conditions);
  if (given.length === names.length && given.every((name) => names.includes(name))) return undefined;
  const list = (names: readonly string[]): string => names.join(', ') || 'none';
  return { what: 'not the conditions of the study', expected: list(names), got: list(given) };
}

function metricFault({ predicates }: Claim, { metrics }: Pick<Study, 'metrics'>): Fault | undefined {
  for (const predicate of predicates) {
    if (!('metric' in predicate)) continue;
    const per = toldPer(predicate);
    const possible = metrics.filter((metric) => metric.per === per).map(({ name }) => name);
    if (possible.includes(predicate.metric)) continue;
    const what = `the study has no such metric per ${per}`;
    return { what, expected: possible.join(', ') || 'none', got: predicate.metric };
  }
  return undefined;
}

function ruleFault({ predicates }: Claim, rules: VerdictRules | undefined): Fault | undefined {
  const unknown = predicates.find(
    (predicate) => predicate.predicate === 'rule' && ruleOf(rules, predicate.row) === undefined,
  );
  if (unknown?.predicate !== 'rule') return undefined;
  const rows = rules?.rules.map(({ row }) => row).join(', ') ?? 'none';
  return { what: 'the study has no rule for such a row', expected: rows, got: unknown.row };
}

function toldPer(predicate: Predicate): Metric['per'] {
  if (predicate.predicate === 'range') return 'step';
  const isSpread = predicate.predicate === 'extreme' && predicate.of !== undefined && predicate.of !== 'gain';
  return isSpread ? 'step' : 'epoch';
}
