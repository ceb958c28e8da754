import { createHash } from 'node:crypto';
import { packageVersion } from '../base/version';
import type { Ensemble } from '../run/ensemble';
import type { RunRecord } from '../run/record';
import type { LenientRun } from '../logs/pytorchExample/read';
import type { Experiment } from '../experiment/types';
import type { Bands } from '../judge/bands';
import { checkLog, checkLogs } from '../judge/check';
import { judgeClaims, type GivenClaims } from './claims';
import { isOfValuesAlone } from './claims/published';
import { chanceOf } from '../judge/placement';
import type { SeedSearch } from '../judge/seed/search';
import { readDocument } from './document';
import { inferencesOf } from './inferences';
import { omissionsOf } from './omissions';
import { placeRuns } from './reproduction';
import { searchedSeeds } from './searchedSeeds';
import { askSeedsOf, seedViews, type SeedView } from './seeds';
import { summaryOf } from './summary';
import type { Audit, AuditFinding } from './types';
import { judgeVerdictTable } from './verdictTable';
import { auditedRun } from './views';

export type * from './types';

/** A file, as it was read. */
export interface Source {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a document is judged by; whatever is missing is said to be missing. */
export interface AuditReferences {
  readonly experiment: Experiment;
  /** Of the data set that its runs should be of; left out, the experiment's. */
  readonly dataName?: string;
  readonly bands?: Bands;
  readonly claims?: GivenClaims;
  /** Our runs of the experiment, of whatever numbers of epochs. */
  readonly ensembles?: readonly Ensemble[];
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
  const { experiment, dataName, bands, command, ensembles = [], sources = [] } = references;
  const lrOf = (run: LenientRun): number | undefined => checkLog(run, experiment, { bands, dataName }).lr;
  const needsRuns = references.claims === undefined || !isOfValuesAlone(references.claims);
  const { document, runs } = readDocument(bytes, path, lrOf, needsRuns);
  const judgements = checkLogs(
    runs.map((run) => ({ run })),
    experiment,
    { bands, dataName },
  );
  const audited = runs.map((run, index) => auditedRun(run, judgements[index]));
  const ofRuns = judgements.map(({ checks }) =>
    checks.flatMap(({ name, findings }) =>
      // Those of the bands come with the places of the numbers.
      name === 'bands' ? [] : findings.map((finding): AuditFinding => ({ ...finding, group: name })),
    ),
  );
  const { epochs } = experiment.training;
  const chance = chanceOf(bands, experiment.data);
  const viewsOf = (ensembles: readonly Ensemble[]): SeedView[] =>
    ensembles.flatMap((ensemble) => seedViews(ensemble, experiment));
  const seeds = viewsOf(ensembles.filter((ensemble) => ensemble.epochs === epochs));
  const longerRuns = viewsOf(ensembles.filter((ensemble) => ensemble.epochs > epochs));
  const lrs = audited.map(({ lr }) => lr).filter((lr) => lr !== undefined);
  const { ask: askSeeds, asked } = askSeedsOf(seeds, lrs, chance);
  const placed = placeRuns(runs, audited, judgements, { experiment, bands, seeds });
  const judgedClaims = judgeClaims(document.lines, audited, {
    file: references.claims,
    askSeeds,
    longerRuns,
    chance,
    approved: references.approved,
  });
  const findings = [...ofRuns.flat(), ...placed.findings, ...judgedClaims.findings].sort(
    (a, b) => a.line - b.line,
  );
  const judgedTable = judgeVerdictTable(document.lines, audited, askSeeds, chance);
  const audit: Omit<Audit, 'summary' | 'verdict' | 'unjudged'> = {
    document,
    runs: audited,
    findings,
    numbers: placed.numbers,
    claims: judgedClaims.claims,
    ...(asked && { seeds: asked }),
    inferences: [
      ...inferencesOf(document.lines, runs, judgements, experiment),
      ...searchedSeeds(runs, references.searches ?? []),
    ],
    omissions: omissionsOf(document.lines, audited, experiment),
    ...(judgedTable && { verdictTable: judgedTable.table }),
    reproduction: placed.reproduction,
    receipt: {
      command,
      version: packageVersion(),
      inputs: [{ what: 'document', path, bytes }, ...sources].map(({ what, path, bytes }) => ({
        what,
        path,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
    },
  };
  const cells = judgedTable?.table.rows.flatMap(({ cells }) => cells) ?? [];
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
  const sentences = claims.counts.inconclusive + claims.unclaimed.length;
  return [
    ...(byBands === 0 ? [] : [`${plural(byBands, 'run')} by bands`]),
    ...(sentences === 0 ? [] : [plural(sentences, 'sentence')]),
    ...(rows.length === 0 ? [] : [`${plural(rows.length, 'row')} of the verdict table`]),
    ...(lines === 0 ? [] : [`${plural(lines, 'line')} that cannot be placed`]),
  ];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
