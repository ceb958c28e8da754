import { AssayError } from '../../base/errors';
import { listOf } from '../../base/words';
import type { RunRecord } from '../../run/record';
import { conditionsOf } from '../../run/recordedRun';
import { conditionsText, sameConditions, type Conditions } from '../../run/run';
import type { JudgingTerms } from '../terms';
import {
  CLAIM_VERDICTS,
  type AuditFinding,
  type ClaimPart,
  type ClaimsJudgement,
  type ClaimVerdict,
  type DocumentLine,
  type JudgedClaim,
  type LineKind,
  type RunNumbers,
} from '../types';
import type { AskSeeds } from '../seeds';
import { metricOf, settingsOf } from '../views';
import { atText } from '../words';
import type { Bound, Claim, ClaimsFile, Predicate, PublishedWhat } from './claim';
import { extreme, rule } from './comparison';
import { bestLast, eachEpoch, inEpoch, overall, repeatedly } from './curve';
import { longer } from './longer';
import { range, value, within } from './numbers';
import { cannotBeJudged, eitherWay, together, type Outcome } from './outcome';
import { propositionOf } from './proposition';
import { publishedValue } from './published';
import { findSentence, type FoundSentence } from './sentence';

/** Claims that a document is compared with. */
export interface GivenClaims extends ClaimsFile {
  readonly path: string;
  /** Nobody gave it for this document: it counts where it fits, and what the document lacks of it is only said. */
  readonly isDefault?: boolean;
}

export interface ClaimReferences {
  /** Missing when there are none. */
  readonly file?: GivenClaims;
  readonly terms: JudgingTerms;
  readonly askSeeds: AskSeeds;
  /** Ours, of more epochs than the document's. */
  readonly longerRuns: readonly RunNumbers[];
  /** Our approved runs of all epochs, which what was published is compared with. */
  readonly approved?: readonly RunRecord[];
}

/**
 * Judges the sentences of a document.
 *
 * @param lines of the document, repaired
 * @param runs of the document
 * @throws AssayError `claims-not-found` when the document does not have the sentence of a claim, and the file is not the default one
 */
export function judgeClaims(
  lines: readonly DocumentLine[],
  runs: readonly RunNumbers[],
  references: ClaimReferences,
): { claims: ClaimsJudgement; findings: AuditFinding[] } {
  const { file } = references;
  const sought = (file?.claims ?? []).map((claim) => ({ claim, sentence: findSentence(lines, claim) }));
  const found = sought.flatMap(({ claim, sentence }) =>
    sentence === undefined ? [] : [{ claim, sentence }],
  );
  const missing = sought.flatMap(({ claim, sentence }) => (sentence === undefined ? [claim] : []));
  if (file !== undefined && !file.isDefault) checkNoneMissing(missing, file.path);
  const findings: AuditFinding[] = [];
  const judged = found.map(({ claim, sentence }): JudgedClaim => {
    const { judgement, wrongNumbers } = judgeClaim(claim, sentence, runs, references);
    for (const message of wrongNumbers)
      findings.push({ group: 'claims', rule: 'number', line: sentence.line, message });
    return judgement;
  });
  const claimed = new Set(judged.map(({ line }) => line));
  const unclaimed = (of: LineKind): ClaimsJudgement['unclaimed'] =>
    lines.flatMap(({ kind, line, text }) => (kind === of && !claimed.has(line) ? [{ line, text }] : []));
  const count = (verdict: ClaimVerdict): number => judged.filter((claim) => claim.verdict === verdict).length;
  const counts = Object.fromEntries(CLAIM_VERDICTS.map((verdict) => [verdict, count(verdict)]));
  return {
    claims: {
      ...(file && (found.length > 0 || !file.isDefault) && { path: file.path }),
      notFound:
        found.length === 0 ? [] : missing.map(({ id, conditions, quote }) => ({ id, conditions, quote })),
      judged: judged.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      unclaimed: unclaimed('claim'),
      unclaimedRows: unclaimed('table'),
      counts: counts as Record<ClaimVerdict, number>,
    },
    findings,
  };
}

function checkNoneMissing(missing: readonly Claim[], path: string): void {
  if (missing.length === 0) return;
  const [{ conditions, quote }] = missing;
  const setting = conditionsText(conditions);
  throw new AssayError('claims-not-found', {
    what: 'the document does not have the sentence of each claim',
    where: `${path}, claim${missing.length === 1 ? '' : 's'} ${listOf(missing.map(({ id }) => id))}`,
    expected: `the sentence “${quote}”${setting === '' ? '' : ` in the section of ${setting}`}`,
    got: 'none with these words, and these numbers but for those that a predicate judges',
    hint: 'claims are those of one document: correct the quote and its conditions, or leave the claim out',
  });
}

function judgeClaim(
  { id, conditions, reading, predicates }: Claim,
  sentence: FoundSentence,
  runs: readonly RunNumbers[],
  references: ClaimReferences,
): { judgement: JudgedClaim; wrongNumbers: string[] } {
  const { askSeeds, terms } = references;
  const judge = (predicate: Predicate, runs: readonly RunNumbers[]): Outcome =>
    outcomeOf(predicate, conditions, runs, sentence, references);
  const holds =
    (...predicates: readonly Predicate[]) =>
    (runs: readonly RunNumbers[]): boolean =>
      together(predicates.map((predicate) => judge(predicate, runs))).verdict === 'holds';
  const rivalsOf = (predicate: Predicate): ClaimPart['rivals'] =>
    otherSettings(runs, conditions, terms).flatMap((rival) => {
      const both = [conditions, rival];
      const ofBoth = (runs: readonly RunNumbers[]): RunNumbers[] =>
        runs.filter((run) => both.some((setting) => sameConditions(setting, run.conditions)));
      const seeds = askSeeds((runs) => holds(predicate)(ofBoth(runs)), both);
      return seeds === undefined ? [] : [{ conditions: rival, seeds }];
    });
  /** The conditions whose runs they are about; undefined of all. */
  const about = (...predicates: readonly Predicate[]): Conditions[] | undefined =>
    predicates.some(isComparison) ? undefined : [conditions];
  const outcomes = predicates.map((predicate) => judge(predicate, runs));
  const parts = predicates.map((predicate, i): ClaimPart => {
    const {
      verdict,
      seeds = isAboutCurves(predicate) ? askSeeds(holds(predicate), about(predicate)) : undefined,
    } = outcomes[i];
    const rivals = predicate.predicate === 'extreme' && seeds !== undefined ? rivalsOf(predicate) : [];
    return {
      proposition: propositionOf(predicate, terms.metrics, (bound) => numberOf(bound, sentence)),
      verdict,
      ...(seeds && { seeds }),
      ...(rivals !== undefined && rivals.length > 1 && { rivals }),
    };
  });
  const ofCurves = predicates.filter(isAboutCurves);
  const seeds =
    ofCurves.length === 0
      ? outcomes.find(({ seeds }) => seeds !== undefined)?.seeds
      : askSeeds(holds(...ofCurves), about(...ofCurves));
  const noSeeds =
    ofCurves.length === 0
      ? 'it says nothing that another run could show'
      : 'no seed of ours has a run at all conditions of the document';
  const judgement = {
    ...{ id, line: sentence.line, quote: sentence.text, reading },
    predicate: predicates.map(({ predicate }) => predicate).join(', '),
    ...together(outcomes),
    parts,
    ...(seeds === undefined ? { noSeeds } : { seeds }),
  };
  const wrongNumbers = outcomes.flatMap(({ verdict, because }, i) =>
    verdict === 'contradicted' && isAboutNumbers(predicates[i]) ? [because] : [],
  );
  return { judgement, wrongNumbers };
}

function otherSettings(
  runs: readonly RunNumbers[],
  own: Conditions,
  { conditions: known }: JudgingTerms,
): Conditions[] {
  return settingsOf(runs).filter(
    (setting) => known.every(({ name }) => name in setting) && !sameConditions(setting, own),
  );
}

/** A bound that stands in the quote is that which the document has in its place. */
function numberOf(bound: Bound, { numberInPlaceOf }: FoundSentence): number {
  return typeof bound === 'number' ? bound : numberInPlaceOf(bound).value;
}

/** What can be asked of every seed: numbers are those of one run, and longer runs are others. */
function isAboutCurves(predicate: Predicate): boolean {
  return !isAboutNumbers(predicate) && !['longer', 'figurative'].includes(predicate.predicate);
}

/** Whether it holds a run against the others. */
function isComparison({ predicate }: Predicate): boolean {
  return predicate === 'extreme' || predicate === 'rule';
}

function isAboutNumbers({ predicate }: Predicate): boolean {
  return predicate === 'value' || predicate === 'range' || predicate === 'published';
}

function outcomeOf(
  predicate: Predicate,
  conditions: Conditions,
  runs: readonly RunNumbers[],
  sentence: FoundSentence,
  { longerRuns, terms, approved }: ClaimReferences,
): Outcome {
  if (predicate.predicate === 'figurative') return cannotBeJudged(predicate.because);
  if (predicate.predicate === 'longer') return longer(longerRuns, conditions, predicate, terms);
  if (predicate.predicate === 'published') {
    const said = sentence.textInPlaceOf(predicate.value);
    const record = approved?.find((record) => sameConditions(conditionsOf(record), conditions));
    return published(predicate.what, said, record);
  }
  const own = runs.filter((candidate) => sameConditions(candidate.conditions, conditions));
  const [run] = own;
  if (own.length !== 1)
    return cannotBeJudged(
      `there ${own.length === 0 ? 'is no run' : `are ${own.length} runs`}${atText(conditions)}`,
    );
  if (predicate.predicate === 'rule') return rule(run, runs, predicate.row, predicate.word, terms);
  const metric = metricOf(terms.metrics, predicate.metric);
  switch (predicate.predicate) {
    case 'value':
      return value(run, metric, predicate.epoch, sentence.numberInPlaceOf(predicate.number));
    case 'at-least':
      return within(run, metric, predicate.epoch, { lower: numberOf(predicate.bound, sentence) });
    case 'at-most':
      return within(run, metric, predicate.epoch, { upper: numberOf(predicate.bound, sentence) });
    case 'between': {
      const [lower, upper] = [predicate.lower, predicate.upper].map((bound) => numberOf(bound, sentence));
      return within(run, metric, predicate.epoch, { lower, upper });
    }
    case 'range': {
      const [lower, upper] = [predicate.lower, predicate.upper].map(sentence.numberInPlaceOf);
      return range(run, metric, lower, upper);
    }
    case 'each-epoch':
      return eachEpoch(run, metric, predicate.direction, predicate.withinSamples);
    case 'overall':
      return overall(run, metric, predicate.direction);
    case 'in-epoch':
      return inEpoch(run, metric, predicate.epoch, predicate.direction);
    case 'repeatedly':
      return repeatedly(run, metric, predicate.direction, predicate.times);
    case 'best-last':
      return bestLast(run, metric);
    case 'extreme':
      return extreme(run, runs, predicate, predicate.extreme, terms);
  }
}

function published(what: PublishedWhat, said: string, record: RunRecord | undefined): Outcome {
  if (record === undefined) return openFor('there is no approved run of ours to compare it with');
  const { computed, isAsPublished } = publishedValue(what, said, record);
  if (computed === undefined) return openFor(`our approved run did not reach its ${what}`);
  const text = `${what} of our approved run: ${computed}`;
  return eitherWay(isAsPublished, isAsPublished ? text : `${text}, and not ${said}`, [
    { conditions: conditionsOf(record), text },
  ]);
}

/** It could be judged, and is not. */
function openFor(because: string): Outcome {
  return { ...cannotBeJudged(because), verdict: 'inconclusive' };
}
