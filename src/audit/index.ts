import { sha256Of } from '../base/sha256';
import { plural } from '../base/words';
import { packageCommit, packageVersion } from '../base/version';
import type { Experiment } from '../experiment/types';
import type { RunRecord } from '../run/record';
import type { Bands } from '../judge/bands';
import { checkLog, checkLogs } from '../judge/check';
import { guessOf } from '../judge/placement';
import { isOfValuesAlone } from './claims/published';
import type { SeedSearch } from '../judge/seed/search';
import { ofStudy, readSettings } from '../logs';
import type { Conditions, Run } from '../run/run';
import type { Study } from '../study/types';
import { judgeClaims, type GivenClaims } from './claims';
import { readDocument } from './document';
import { inferencesOf } from './inferences';
import { omissionsOf } from './omissions';
import { placeRuns } from './reproduction';
import { searchedSeeds } from './searchedSeeds';
import { askSeedsOf } from './seeds';
import { summaryOf } from './summary';
import type { Audit, AuditFinding } from './types';
import type { VerdictRules } from './verdictRules';
import { judgeVerdictTable } from './verdictTable';
import { auditedRun, epochsOf, knownConditions } from './views';

export type * from './types';

/** A file, as it was read. */
export interface Source {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a document is judged by; whatever is missing is said to be missing. */
export interface AuditReferences {
  /** The study of its runs. */
  readonly study: Pick<Study, 'conditions' | 'metrics' | 'chance' | 'logs'>;
  /** Missing where another trainer makes the study's runs. */
  readonly experiment?: Experiment;
  /** Of the data set that its runs should be of; left out, the experiment's. */
  readonly dataName?: string;
  readonly bands?: Bands;
  readonly claims?: GivenClaims;
  /** By which the cells of its verdict table are computed. */
  readonly rules?: VerdictRules;
  /** Our runs of the study, of whatever numbers of epochs. */
  readonly ours?: readonly Run[];
  /** Our approved runs, which what was published is held against. */
  readonly approved?: readonly RunRecord[];
  /** For seeds of runs, this document's or others. */
  readonly searches?: readonly SeedSearch[];
  /** What to type to make the audit again. */
  readonly command: string;
  /** Files that the above are from, for the receipt. */
  readonly sources?: readonly (Source & { readonly what: string })[];
}

/**
 * Judges a report: every line accounted for, every number and every sentence judged.
 *
 * @throws AssayError `log-syntax` when the document has no line of a training run, `claims-not-found` when it does not have the sentence
 *   of a claim that was given.
 */
export function auditReport({ path, bytes }: Source, references: AuditReferences): Audit {
  const { study, experiment, dataName, bands, rules, command, ours = [], sources = [] } = references;
  const { conditions: known, metrics } = study;
  const held = { study, experiment, bands, dataName };
  const settings = readSettings(study, experiment?.training.batchSize);
  const needsRuns = references.claims === undefined || !isOfValuesAlone(references.claims);
  const conditionsOfRun = (run: Run): Conditions | undefined =>
    checkLog(ofStudy(run, study), held).conditions;
  const read = readDocument(bytes, path, settings, conditionsOfRun, needsRuns);
  const { document, format } = read;
  const runs = read.runs.map((run) => ofStudy(run, study));
  const judgements = checkLogs(
    runs.map((run) => ({ run })),
    held,
  );
  const audited = runs.map((run, index) => auditedRun(run, judgements[index], known));
  const ofRuns = judgements.map(({ checks, firstLine }) =>
    checks.flatMap(({ name, findings }) =>
      // Those of the bands come with the places of the numbers.
      name === 'bands'
        ? []
        : findings.map((finding): AuditFinding => ({
            ...finding,
            line: finding.line ?? firstLine,
            group: name,
          })),
    ),
  );
  const [testCount] = runs.flatMap(({ stated }) => stated.testCount?.value ?? []);
  const guess = guessOf(bands, study.chance, experiment?.data.testCount ?? testCount);
  const epochs = experiment?.training.epochs ?? Math.max(...runs.map((run) => epochsOf(run).length));
  const seeds = ours.filter((run) => epochsOf(run).length === epochs);
  const longerRuns = ours.filter((run) => epochsOf(run).length > epochs);
  const { ask: askSeeds, asked } = askSeedsOf(
    seeds,
    audited.map(knownConditions).filter((conditions) => conditions !== undefined),
    metrics,
    guess,
  );
  const { numbersOfRule } = format;
  const placed = placeRuns(audited, judgements, { metrics, guess, experiment, bands, seeds, numbersOfRule });
  const terms = { conditions: known, metrics, guess, rules };
  const judgedClaims = judgeClaims(document.lines, audited, {
    file: references.claims,
    terms,
    askSeeds,
    longerRuns,
    approved: references.approved,
  });
  const findings = [...ofRuns.flat(), ...placed.findings, ...judgedClaims.findings].sort(
    (a, b) => a.line - b.line,
  );
  const commit = packageCommit();
  const verdictTable = judgeVerdictTable(document.lines, audited, askSeeds, terms);
  const audit: Omit<Audit, 'summary' | 'verdict' | 'unjudged'> = {
    document,
    study: { conditions: known, metrics },
    runs: audited,
    findings,
    numbers: placed.numbers,
    claims: judgedClaims.claims,
    ...(asked && { seeds: asked }),
    inferences: [
      ...inferencesOf(document.lines, runs, study, experiment),
      ...searchedSeeds(runs, study, references.searches ?? []),
    ],
    omissions: omissionsOf(document.lines, audited, study, experiment),
    ...(verdictTable && { verdictTable }),
    reproduction: placed.reproduction,
    receipt: {
      command,
      version: packageVersion(),
      ...(commit !== undefined && { commit }),
      inputs: [{ what: 'document', path, bytes }, ...sources].map(({ what, path, bytes }) => ({
        what,
        path,
        sha256: sha256Of(bytes),
      })),
    },
  };
  const cells = verdictTable?.rows.flatMap(({ cells }) => cells) ?? [];
  const isFine =
    findings.length === 0 &&
    cells.every(({ agrees }) => agrees !== false) &&
    audit.claims.judged.every(({ verdict }) => verdict !== 'partly' && verdict !== 'contradicted');
  const unjudged = unjudgedOf(audit);
  const verdict = !isFine ? 'fail' : unjudged.length > 0 ? 'inconclusive' : 'pass';
  return { ...audit, verdict, unjudged, summary: summaryOf({ ...audit, verdict, unjudged }) };
}

/** What could be judged, and was not. A sentence that no number could contradict is not among it. */
function unjudgedOf({
  document,
  reproduction,
  claims,
  verdictTable,
}: Pick<Audit, 'document' | 'reproduction' | 'claims' | 'verdictTable'>): string[] {
  const byBands = reproduction.runs.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'fail').length;
  const lines = document.accounting['not understood'];
  const rows = (verdictTable?.rows ?? []).filter(({ cells }) =>
    cells.some(({ agrees }) => agrees === undefined),
  );
  const { inconclusive } = claims.counts;
  const { length: sentences } = claims.unclaimed;
  const ofTables = claims.unclaimedRows.length;
  return [
    ...(byBands === 0 ? [] : [`${plural(byBands, 'run')} without a band`]),
    ...(inconclusive === 0 ? [] : [plural(inconclusive, 'inconclusive sentence')]),
    ...(sentences === 0 ? [] : [`${plural(sentences, 'sentence')} without a claim`]),
    ...(ofTables === 0 ? [] : [`${plural(ofTables, 'row')} of tables`]),
    ...(rows.length === 0 ? [] : [`${plural(rows.length, 'row')} of the verdict table`]),
    ...(lines === 0 ? [] : [`${plural(lines, 'line')} that cannot be placed`]),
  ];
}
