import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gateTable } from '../../src/report/text/gate';
import { STRICTNESSES, judgeAtGate, type GateJudgement, type Strictness } from '../../src/judge/gate';
import { goldenPlans, type GoldenPlan } from '../../src/experiment/goldenPlans';
import { readStoredBands } from '../../src/judge/stored/bands';
import { readStoredRounding } from '../../src/judge/stored/rounding';
import { parseRunRecord, type RunRecord } from '../../src/run/record';
import { loadExperiment } from '../../src/experiment/load';
import type { Experiment } from '../../src/experiment/types';
import { conditionsText } from '../../src/run/run';
import { loadStudy } from '../../src/study/load';
import type { Study } from '../../src/study/types';
import { say } from '../say';
import { ROOT, goldenOf, mnistIsFound, passGate } from './support';

/**
 * The gate: every learning rate is trained from scratch, all epochs, and held against its golden on bits and against the bands by its
 * results. `ASSAY_GATE=bands` lets a changed arithmetic pass whose results meet the bands (docs/goldens.md).
 */

const HOUR = 3_600_000;
const strictness = strictnessFrom(process.env.ASSAY_GATE);
if (!mnistIsFound) void say('not judged: the trainings on MNIST, which is not in $ASSAY_DATA/mnist');

function strictnessFrom(value: string | undefined): Strictness {
  const found = STRICTNESSES.find((name) => name === (value ?? 'bits'));
  if (found === undefined) throw new Error(`ASSAY_GATE is ${value}, and may be ${STRICTNESSES.join(' or ')}`);
  return found;
}

describe.each(['synthetic', 'mnist'])('trained from scratch on %s', (data) => {
  const isJudged = data === 'synthetic' || mnistIsFound;
  const judgements: GateJudgement[] = [];
  let study: Study;
  let experiment: Experiment;
  let records: RunRecord[];

  beforeAll(async () => {
    study = await loadStudy(join(ROOT, 'spec/lr-experiment'));
    experiment = await loadExperiment(study.experiment as string);
    // Side by side with one thread each: threads of one training would wait for each other, these do not.
    if (isJudged) records = await Promise.all(plansOf(experiment, data).map((plan) => train(data, plan)));
  }, HOUR);

  afterAll(async () => {
    if (judgements.length === 0) return;
    await say(`\nThe gate on ${data}, by ${strictness}:\n\n${gateTable(judgements, study.metrics)}\n`);
    for (const { run, verdict, reason } of judgements)
      await say(`${verdict}: ${conditionsText(run.conditions)}: ${reason}`);
  });

  (isJudged ? test : test.skip).each([0.0001, 0.001, 0.01])(
    'lr %f',
    async (lr) => {
      const record = records.find((record) => record.lr === lr);
      if (record === undefined) throw new Error(`the experiment has no learning rate ${lr}`);
      const rounding = await readStoredRounding(study, experiment);
      const bands = await readStoredBands(study, data);
      const golden = await goldenOf(`${experiment.name}/${data}-lr${lr}-full`);
      const judgement = judgeAtGate(record, golden, { study, experiment, bands, rounding }, strictness);
      judgements.push(judgement);
      await passGate(judgement, experiment);
    },
    HOUR,
  );
});

const plansOf = (experiment: Experiment, data: string): GoldenPlan[] =>
  goldenPlans(experiment, data, ['full']);

/** By the command line that is built, in a process of its own. */
async function train(data: string, { lr, seed, epochs }: GoldenPlan): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-gate-'));
  try {
    const out = join(folder, 'run');
    const words = ['run', '--data', data, '--lr', lr, '--seed', seed, '--epochs', epochs, '--threads', 1];
    await done(process.execPath, [join(ROOT, 'bin/assay.js'), ...words.map(String), '--out', out]);
    return parseRunRecord(await readFile(join(out, 'run.json'), 'utf8'), 'run.json');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function done(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the training ended with ${code}: ${errors}`);
}
