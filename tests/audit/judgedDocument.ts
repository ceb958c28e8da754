import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument, type ReadDocument } from '../../src/audit/document';
import type { AuditedRun } from '../../src/audit/types';
import { parseRules, type VerdictRules } from '../../src/audit/verdictRules';
import { auditedRun } from '../../src/audit/views';
import { checkLog } from '../../src/judge/check';
import { readSettings } from '../../src/logs';
import type { Run } from '../../src/run/run';
import { EXPERIMENT, GUESS, STUDY } from '../judge/ourStudy';

export const ROOT = join(__dirname, '../..');
export const REPORT = readFileSync(join(ROOT, 'fixtures/reported/lr-experiment.txt'), 'utf8');

const RULES_PATH = join(ROOT, 'spec/lr-experiment/rules.json');
export const RULES: VerdictRules = parseRules(readFileSync(RULES_PATH, 'utf8'), RULES_PATH);

export const SETTINGS = readSettings(STUDY, EXPERIMENT.training.batchSize);
export const TERMS = { conditions: STUDY.conditions, metrics: STUDY.metrics, guess: GUESS, rules: RULES };

/** A document as the audit reads it; a run is judged as what its heading says. */
export function readText(text: string, conditions = SETTINGS.conditions): ReadDocument {
  return readDocument(Buffer.from(text), 'report', { ...SETTINGS, conditions }, ({ conditions }) =>
    'lr' in conditions ? conditions : undefined,
  );
}

/** The runs of a document, without bands to judge them by. */
export function auditedRuns(runs: readonly Run[]): AuditedRun[] {
  const references = { study: STUDY, experiment: EXPERIMENT };
  return runs.map((run) => auditedRun(run, checkLog(run, references), STUDY.conditions));
}
