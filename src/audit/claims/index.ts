import type { Chance } from '../../judge/collapse';
import { AssayError } from '../../base/errors';
import type { RunRecord } from '../../run/record';
import { listOf } from '../list';
import {
  CLAIM_VERDICTS,
  type AuditFinding,
  type ClaimPart,
  type ClaimsJudgement,
  type ClaimVerdict,
  type DocumentLine,
  type JudgedClaim,
  type RunView,
} from '../types';
import type { AskSeeds } from '../seeds';
import type { Claim, ClaimsFile, Predicate, PublishedWhat } from './claim';
import { extreme, rule } from './comparison';
import { bestLast, eachEpoch, inEpoch, overall, repeatedly } from './curve';
import { longer } from './longer';
import { lossRange, value } from './numbers';
import { cannotBeJudged, eitherWay, together, type Outcome } from './outcome';
import { propositionOf } from './proposition';
import { publishedValue } from './published';
import { findSentence, type FoundSentence } from './sentence';

/** Claims that a document is held against. */
export interface GivenClaims extends ClaimsFile {
  readonly path: string;
  /** Nobody gave it for this document: it counts where it fits, and what the document lacks of it is only said. */
  readonly isDefault?: boolean;
}

export interface ClaimReferences {
  /** Missing when there are none. */
  readonly file?: GivenClaims;
  readonly askSeeds: AskSeeds;
  /** Ours, of more epochs than the document's. */
  readonly longerRuns: readonly RunView[];
  readonly chance: Chance;
  /** Our approved runs of all epochs, which what was published is held against. */
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
  runs: readonly RunView[],
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
  const unclaimed = lines.flatMap(({ kind, line, text }) =>
    kind === 'claim' && !claimed.has(line) ? [{ line, text }] : [],
  );
  const count = (verdict: ClaimVerdict): number => judged.filter((claim) => claim.verdict === verdict).length;
  const counts = Object.fromEntries(CLAIM_VERDICTS.map((verdict) => [verdict, count(verdict)]));
  return {
    claims: {
      ...(file && (found.length > 0 || !file.isDefault) && { path: file.path }),
      notFound: found.length === 0 ? [] : missing.map(({ id, lr, quote }) => ({ id, lr, quote })),
      judged: judged.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
      unclaimed,
      counts: counts as Record<ClaimVerdict, number>,
    },
    findings,
  };
}

function checkNoneMissing(missing: readonly Claim[], path: string): void {
  if (missing.length === 0) return;
  const [{ lr, quote }] = missing;
  throw new AssayError('claims-not-found', {
    what: 'the document does not have the sentence of each claim',
    where: `${path}, claim${missing.length === 1 ? '' : 's'} ${listOf(missing.map(({ id }) => id))}`,
    expected: `the sentence “${quote}” in the section of lr ${lr}`,
    got: 'none with these words, and these numbers but for those that a predicate judges',
    hint: 'claims are those of one document: correct the quote and its lr, or leave the claim out',
  });
}

function judgeClaim(
  { id, lr, reading, predicates }: Claim,
  sentence: FoundSentence,
  runs: readonly RunView[],
  references: ClaimReferences,
): { judgement: JudgedClaim; wrongNumbers: string[] } {
  const { askSeeds } = references;
  const judge = (predicate: Predicate, runs: readonly RunView[]): Outcome =>
    outcomeOf(predicate, lr, runs, sentence, references);
  const holds =
    (...predicates: readonly Predicate[]) =>
    (runs: readonly RunView[]): boolean =>
      together(predicates.map((predicate) => judge(predicate, runs))).verdict === 'holds';
  const rivalsOf = (predicate: Predicate): ClaimPart['rivals'] =>
    otherLrs(runs, lr).flatMap((rival) => {
      const both = [lr, rival];
      const ofBoth = (runs: readonly RunView[]): RunView[] =>
        runs.filter((run) => both.includes(run.lr ?? NaN));
      const seeds = askSeeds((runs) => holds(predicate)(ofBoth(runs)), both);
      return seeds === undefined ? [] : [{ lr: rival, seeds }];
    });
  /** The learning rates whose runs they are about; undefined of all. */
  const about = (...predicates: readonly Predicate[]): number[] | undefined =>
    predicates.some(isComparison) ? undefined : [lr];
  const outcomes = predicates.map((predicate) => judge(predicate, runs));
  const parts = predicates.map((predicate, i): ClaimPart => {
    const {
      verdict,
      seeds = isAboutCurves(predicate) ? askSeeds(holds(predicate), about(predicate)) : undefined,
    } = outcomes[i];
    const rivals = predicate.predicate === 'extreme' && seeds !== undefined ? rivalsOf(predicate) : [];
    return {
      proposition: propositionOf(predicate),
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
      : 'no seed of ours has a run at each learning rate of the document';
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

function otherLrs(runs: readonly RunView[], lr: number): number[] {
  return runs.flatMap((run) => (run.lr === undefined || run.lr === lr ? [] : [run.lr]));
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
  return predicate === 'value' || predicate === 'loss-range' || predicate === 'published';
}

function outcomeOf(
  predicate: Predicate,
  lr: number,
  runs: readonly RunView[],
  sentence: FoundSentence,
  { longerRuns, chance, approved }: ClaimReferences,
): Outcome {
  if (predicate.predicate === 'figurative') return cannotBeJudged(predicate.because);
  if (predicate.predicate === 'longer')
    return longer(longerRuns, lr, predicate.accuracy, predicate.epochs, chance);
  if (predicate.predicate === 'published') {
    const said = sentence.textInPlaceOf(predicate.value);
    return published(
      predicate.what,
      said,
      approved?.find((record) => record.lr === lr),
    );
  }
  const own = runs.filter((candidate) => candidate.lr === lr);
  const [run] = own;
  if (own.length !== 1)
    return cannotBeJudged(`there ${own.length === 0 ? 'is no run' : `are ${own.length} runs`} at lr ${lr}`);
  switch (predicate.predicate) {
    case 'value':
      return value(run, predicate.metric, predicate.epoch, sentence.numberInPlaceOf(predicate.number));
    case 'loss-range': {
      const [lower, upper] = [predicate.lower, predicate.upper].map(sentence.numberInPlaceOf);
      return lossRange(run, lower, upper);
    }
    case 'each-epoch':
      return eachEpoch(run, predicate.metric, predicate.direction, predicate.withinImages);
    case 'overall':
      return overall(run, predicate.metric, predicate.direction);
    case 'in-epoch':
      return inEpoch(run, predicate.metric, predicate.epoch, predicate.direction);
    case 'repeatedly':
      return repeatedly(run, predicate.metric, predicate.direction, predicate.times);
    case 'best-last':
      return bestLast(run, predicate.metric);
    case 'extreme':
      return extreme(run, runs, predicate.measure, predicate.extreme, predicate.epoch);
    case 'rule':
      return rule(run, runs, predicate.row, predicate.word, chance);
  }
}

function published(what: PublishedWhat, said: string, record: RunRecord | undefined): Outcome {
  if (record === undefined) return openFor('there is no approved run of ours to hold it against');
  const { computed, isAsPublished } = publishedValue(what, said, record);
  if (computed === undefined) return openFor(`the approved run of ours did not come to its ${what}`);
  const text = `${what} of our approved run: ${computed}`;
  return eitherWay(isAsPublished, isAsPublished ? text : `${text}, and not ${said}`, [
    { lr: record.lr, text },
  ]);
}

/** It could be judged, and is not. */
function openFor(because: string): Outcome {
  return { ...cannotBeJudged(because), verdict: 'inconclusive' };
}
