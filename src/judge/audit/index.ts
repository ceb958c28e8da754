import { createHash } from 'node:crypto';
import { packageVersion } from '../../version';
import type { Experiment } from '../../spec/types';
import type { Bands } from '../bands';
import { checkLog } from '../check';
import { readDocument } from './document';
import { inferencesOf } from './inferences';
import { numbersOf } from './numbers';
import { omissionsOf } from './omissions';
import { NOT_PLACED, placeRuns } from './reproduction';
import { summaryOf } from './summary';
import type { Audit, AuditFinding, ClaimsJudgement } from './types';
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
  readonly bands?: Bands;
  /** What to type to make the audit again. */
  readonly command: string;
  /** Files that the above are from, for the receipt. */
  readonly sources?: readonly (Source & { readonly what: string })[];
}

/**
 * Judges a report: every line accounted for, every number and every sentence judged.
 *
 * @throws AssayError `log-syntax` when the document has no line of a training run.
 */
export function auditReport({ path, bytes }: Source, references: AuditReferences): Audit {
  const { experiment, bands, command, sources = [] } = references;
  const { document, runs } = readDocument(bytes, path);
  const judgements = runs.map((run) => checkLog(run, experiment));
  const audited = runs.map((run, index) => auditedRun(run, judgements[index]));
  const { reproduction, findings: outside } = placeRuns(runs, experiment, bands);
  const ofRuns = judgements.map(({ checks }) =>
    checks.flatMap(({ name, findings }) =>
      findings.map((finding): AuditFinding => ({ ...finding, group: name })),
    ),
  );
  const claims: ClaimsJudgement = {
    judged: [],
    unclaimed: document.lines.flatMap(({ kind, line, text }) => (kind === 'claim' ? [{ line, text }] : [])),
    counts: { holds: 0, partly: 0, contradicted: 0, 'cannot be judged': 0 },
  };
  const findings = [...ofRuns.flat(), ...outside].sort((a, b) => a.line - b.line);
  const judged = judgeVerdictTable(document.lines, audited, () => undefined);
  const audit: Omit<Audit, 'summary' | 'verdict'> = {
    document,
    runs: audited,
    findings,
    numbers: runs.flatMap((run, index) => numbersOf(run, audited[index], ofRuns[index], () => NOT_PLACED)),
    claims,
    inferences: inferencesOf(runs, experiment),
    omissions: omissionsOf(document.lines),
    ...(judged && { verdictTable: judged.table }),
    reproduction,
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
  const isFine =
    findings.length === 0 &&
    audit.claims.judged.every(({ verdict }) => verdict === 'holds' || verdict === 'cannot be judged');
  const verdict = isFine ? 'pass' : 'fail';
  return { ...audit, verdict, summary: summaryOf({ ...audit, verdict }) };
}
