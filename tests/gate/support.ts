import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gateLines } from '../../src/report/text/gate';
import { replayEngines } from '../../src/cli/replay';
import type { Replay } from '../../src/report/text/replay';
import { loadDataSet } from '../../src/data/load';
import type { GateJudgement } from '../../src/judge/gate';
import { readGolden, readManifest } from '../../src/judge/golden';
import type { RunRecord } from '../../src/run/record';
import type { Experiment } from '../../src/experiment/types';

export const ROOT = join(__dirname, '../..');
/** Where the reference engine would take minutes to get to is not replayed; `assay golden verify` does it, at leisure. */
const MOST_REPLAYED_STEPS = 200;

const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
export const mnistIsFound = mnist !== undefined && existsSync(mnist);

/** The golden of that name, if there is one. */
export async function goldenOf(name: string): Promise<RunRecord | undefined> {
  const folder = join(ROOT, 'golden/lr-experiment');
  const entry = (await readManifest(folder)).goldens.find((golden) => golden.name === name);
  return entry && (await readGolden(folder, entry)).record;
}

/** @throws Error that says how the run left its golden and its band, and in which element the arithmetic first differs. */
export async function passGate(judgement: GateJudgement, experiment: Experiment): Promise<void> {
  if (judgement.verdict === 'pass') return;
  throw new Error(gateLines(judgement, await replayOf(judgement, experiment)).join('\n'));
}

async function replayOf(judgement: GateJudgement, experiment: Experiment): Promise<Replay | undefined> {
  const { comparison, record } = judgement;
  const { lr, seed, engine } = record;
  const untilStep = comparison?.firstDivergence?.untilStep;
  if (comparison?.tier !== 'bitwise' || untilStep === undefined || untilStep > MOST_REPLAYED_STEPS)
    return undefined;
  const dataSet = await loadDataSet(record.data.name);
  return replayEngines({ experiment, dataSet, lr, seed, untilStep }, 'reference', engine);
}
