import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditReport, type Audit, type JudgedClaim } from '../../src/audit';
import { parseBands, type Bands } from '../../src/judge/bands';
import { parseEnsemble } from '../../src/run/ensemble';
import type { Experiment } from '../../src/experiment/types';
import { runsOfEnsemble } from '../../src/run/recordedRun';
import type { Run } from '../../src/run/run';
import { RULES } from '../audit/judgedDocument';
import { EXPERIMENT, STUDY } from '../judge/ourStudy';

const ROOT = join(__dirname, '../..');
const REPORT = 'fixtures/reported/lr-experiment.txt';

export interface SampleAudit {
  readonly audit: Audit;
  readonly study: typeof STUDY;
  readonly experiment: Experiment;
  readonly bands: Bands;
  readonly ours: readonly Run[];
}

/**
 * The audit of the report that comes with the project, or of a changed one, with claims that are made up: one of each verdict.
 *
 * @param change of the report's text
 */
export function sampleAudit(change: (text: string) => string = (text) => text): SampleAudit {
  const bands = parseBands(
    readFileSync(join(ROOT, 'golden/lr-experiment/bands/mnist.json'), 'utf8'),
    'bands',
  );
  const all = parseEnsemble(
    readFileSync(join(ROOT, 'golden/lr-experiment/ensembles/mnist/runs.jsonl'), 'utf8'),
    'runs',
  );
  const ensemble = { ...all, runs: all.runs.filter(({ seed }) => seed <= 23) }; // so that it may grow
  const ours = runsOfEnsemble(ensemble, EXPERIMENT.training);
  const held = { study: STUDY, experiment: EXPERIMENT, bands, ours };
  const bytes = Buffer.from(change(readFileSync(join(ROOT, REPORT), 'utf8')));
  const references = { ...held, rules: RULES, command: `npx assay audit ${REPORT}` };
  const audit = auditReport({ path: REPORT, bytes }, references);
  const claimed = new Set(CLAIMS.map(({ line }) => line));
  const claims = {
    path: 'claims.json',
    judged: CLAIMS,
    notFound: [],
    unclaimed: audit.claims.unclaimed.filter(({ line }) => !claimed.has(line)),
    unclaimedRows: [],
    counts: { holds: 1, partly: 1, contradicted: 1, inconclusive: 0, 'cannot be judged': 1 },
  };
  const unjudged = [`${claims.unclaimed.length} sentences`];
  return { audit: { ...audit, verdict: 'fail', unjudged, claims }, ...held };
}

type SampleClaim = Omit<JudgedClaim, 'parts'>;

/** A claim of one predicate, which states how it is read. */
function ofOnePart(claim: SampleClaim): JudgedClaim {
  const { reading: proposition, verdict, seeds } = claim;
  return { ...claim, parts: [{ proposition, verdict, ...(seeds && { seeds }) }] };
}

const SAMPLES: readonly SampleClaim[] = [
  {
    id: 'steady-improvement',
    line: 95,
    quote: 'Steady improvement each epoch (good!)',
    reading: 'the accuracy of learning rate 0.0001 is greater after each epoch than after the one before',
    predicate: 'strictly increasing',
    verdict: 'holds',
    because: '95.86, 97.39, 98.02, 98.38, 98.57 %: greater each time',
    supporting: [
      { line: 42, conditions: { lr: 0.0001 }, epoch: 2, text: 'epoch 2: 97.39 % after 95.86 %' },
      { line: 55, conditions: { lr: 0.0001 }, epoch: 3, text: 'epoch 3: 98.02 % after 97.39 %' },
    ],
    against: [],
    seeds: { holds: 20, of: 23, level: 0.95, lower: 0.664, upper: 0.972, collapsed: { holds: 7, of: 8 } },
  },
  {
    id: 'steady-stable',
    line: 196,
    quote: 'Steady, stable improvement',
    reading: 'the accuracy of learning rate 0.001 is greater after each epoch than after the one before',
    predicate: 'strictly increasing',
    verdict: 'partly',
    because: 'greater in 3 of 4 epochs; 98.97 % in epoch 3 after 98.98 %',
    supporting: [{ line: 142, conditions: { lr: 0.001 }, epoch: 2, text: 'epoch 2: 98.98 % after 98.41 %' }],
    against: [
      { line: 155, conditions: { lr: 0.001 }, epoch: 3, text: 'epoch 3: 98.97 % after 98.98 %, one image' },
    ],
    seeds: { holds: 9, of: 23, level: 0.95, lower: 0.197, upper: 0.615, collapsed: { holds: 0, of: 0 } },
  },
  {
    id: 'going-up',
    line: 295,
    quote: 'Test loss going UP instead of down',
    reading: 'the test loss of learning rate 0.01 is greater after each epoch than after the one before',
    predicate: 'strictly increasing',
    verdict: 'contradicted',
    because: 'it falls in epochs 2, 3 and 4 and rises in epoch 5 alone, from 0.0944 to 0.1206',
    supporting: [{ line: 280, conditions: { lr: 0.01 }, epoch: 5, text: 'epoch 5: 0.1206 after 0.0944' }],
    against: [{ line: 241, conditions: { lr: 0.01 }, epoch: 2, text: 'epoch 2: 0.1053 after 0.1108' }],
    seeds: { holds: 0, of: 15, level: 0.95, lower: 0, upper: 0.218, collapsed: { holds: 0, of: 0 } },
  },
  {
    id: 'detectives',
    line: 291,
    quote: 'Day 1: "We got a 7 wrong? COMPLETELY CHANGE EVERYTHING!"',
    reading: 'an image',
    predicate: 'figure of speech',
    verdict: 'cannot be judged',
    because: 'it says nothing that a number could contradict',
    supporting: [],
    against: [],
    noSeeds: 'there is nothing to count',
  },
];

const CLAIMS = SAMPLES.map(ofOnePart);
