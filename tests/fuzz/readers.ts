import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stateDictOfBytes } from '../../src/pytorch/checkpoint/read';
import { decodeImageSet, encodeIdx, unpackIdx } from '../../src/data/idx';
import { checkJob, checkResult, jobOf } from '../../src/jobs/job';
import { train, type TrainJob } from '../../src/jobs/kinds/train';
import { decodeAnswer, decodeJob } from '../../src/jobs/queue/message';
import { auditReport } from '../../src/audit';
import { parseBands } from '../../src/judge/bands';
import { parseClaims } from '../../src/audit/claims/claim';
import { parseEnsemble } from '../../src/run/ensemble';
import { readSource } from '../../src/logs';
import { parseRunRecord } from '../../src/run/record';
import { auditHtml } from '../../src/report/html/audit';
import { documentOf, parseExperiment } from '../../src/experiment/load';
import { RNGS } from '../../src/experiment/rng';
import { STUDY } from '../judge/ourStudy';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { encodeCheckpoint, parseCheckpoint } from '../../src/train/checkpoint';
import { samples } from '../pytorch/checkpoint/samples';
import { CHECKPOINTS, GZIPS, JSONS, TEXTS, type Hostile } from './corpus';
import { LOG_READERS } from './logReaders';

/** What reads files of one kind, from whole ones to hostile ones. */
export interface Reader {
  readonly corpus: readonly Hostile[];
  /** That are read without an error; faults are put into them. */
  readonly whole: readonly Buffer[];
  /** Throws an AssayError or returns; whatever else it does is a fault of ours. */
  readonly read: (bytes: Buffer) => unknown;
}

const ROOT = join(__dirname, '../..');
const file = (path: string): Buffer => readFileSync(join(ROOT, path));
const filesIn = (folder: string): Buffer[] =>
  readdirSync(join(ROOT, folder)).map((name) => file(join(folder, name)));

const spec = parseExperiment(file('spec/lr-experiment/experiment.json').toString(), 'spec');
const record = file('golden/lr-experiment/runs/digit-classifier/mnist-lr0.001-short/run.json');
const report = file('fixtures/reported/lr-experiment.txt');
const ensemble = file('golden/lr-experiment/ensembles/mnist/runs.jsonl').toString().split('\n');
const images = Buffer.from(
  encodeIdx(
    [3, 4, 5],
    Uint8Array.from({ length: 60 }, (_, i) => i),
  ),
);

/** In whatever format it may be. */
const logOf = (path: string) => (bytes: Buffer) =>
  readSource({ path, isFolder: false, files: [{ name: path, bytes }] }, { conditions: STUDY.conditions });
const text = (read: (text: string) => unknown) => (bytes: Buffer) => read(bytes.toString('utf8'));

export const READERS: Readonly<Record<string, () => Reader>> = {
  ...LOG_READERS,
  checkpoints: () => ({
    corpus: [...CHECKPOINTS, ...JSONS],
    whole: [
      ...['torch-2.15', 'torch-1.13', 'safetensors'].flatMap((folder) =>
        filesIn(`fixtures/torch/checkpoints/${folder}`),
      ),
      ...Object.values(samples).map(({ bytes }) => Buffer.from(bytes)),
    ],
    read: (bytes) => stateDictOfBytes(bytes, 'file'),
  }),
  resumes: () => {
    const weights = { shape: [2], data: Float32Array.of(0.5, -0.5) };
    const sha256 = 'a'.repeat(64);
    const whole = encodeCheckpoint({
      run: {
        ...{ spec: { name: 'tiny', sha256 }, data: { name: 'halves', sha256 }, lr: 0.01, seed: 3 },
        ...{ rng: RNGS.torch, tier: 'bitwise', engine: 'wasm', epochs: 3 },
      },
      parameters: [{ name: 'fc.bias', ...weights }],
      optimizer: { stepCount: 8, buffers: [{ name: 'fc.bias.exp_avg', ...weights }] },
      generator: new Mt19937(1).getState(),
      initialWeightsSha256: sha256,
      losses: new Array<number>(8).fill(0.5),
      epochs: [{ epoch: 1, testLoss: 0.5, correctCount: 9, testCount: 23, weightsSha256: sha256 }],
      samplerSeed: 2n ** 60n,
      ...{ logitsSha256: sha256, startedAt: '2026-01-01T00:00:00.000Z', elapsedMs: 5 },
    });
    return {
      corpus: CHECKPOINTS,
      whole: [Buffer.from(whole)],
      // The digest at the end fits, or nothing else would be looked at.
      read: (bytes) => parseCheckpoint(Buffer.concat([bytes.subarray(0, -32), digestOf(bytes)]), 'file'),
    };
  },
  records: () => ({ corpus: JSONS, whole: [record], read: text((it) => parseRunRecord(it, 'run.json')) }),
  ensembles: () => ({
    corpus: JSONS,
    whole: [Buffer.from(ensemble.slice(0, 5).join('\n'))],
    read: text((it) => parseEnsemble(it, 'runs.jsonl')),
  }),
  specs: () => ({
    corpus: JSONS,
    whole: [file('spec/lr-experiment/experiment.json'), file('spec/lenet/experiment.json')],
    read: text((it) => parseExperiment(it, 'spec')),
  }),
  claims: () => ({
    corpus: JSONS,
    whole: [file('spec/lr-experiment/claims.json')],
    read: text((it) => parseClaims(it, 'claims')),
  }),
  images: () => ({
    corpus: GZIPS,
    whole: [images, gzipSync(images)],
    read: (bytes) => {
      const labels = { path: 'labels', bytes: encodeIdx([3], Uint8Array.of(1, 2, 3)) };
      return decodeImageSet({ path: 'images', bytes: unpackIdx(bytes, 'images', 2 ** 30) }, labels);
    },
  }),
  logs: () => ({
    corpus: TEXTS,
    whole: [
      file('golden/lr-experiment/runs/digit-classifier/mnist-lr0.001-short/train.log'),
      ...filesIn('fixtures/torch/oracle').slice(0, 5),
    ],
    read: logOf('train.log'),
  }),
  reports: () => ({ corpus: TEXTS, whole: [report], read: logOf('report.md') }),
  page: () => ({ corpus: TEXTS, whole: [report], read: pageOf }),
  queue: () => {
    const [header, line] = ensemble;
    const run = JSON.parse(line) as { lr: number; seed: number; epochs: unknown[] };
    const { data } = JSON.parse(header) as { data: { sha256: string } };
    const payload: TrainJob = {
      ...{ experiment: documentOf(spec), dataSha256: data.sha256, lr: run.lr, seed: run.seed },
      ...{ epochs: run.epochs.length, rng: RNGS.torch, engine: 'wasm' },
    };
    const job = jobOf(train, payload);
    return {
      corpus: JSONS,
      whole: [
        { worker: 'w', result: run },
        { ...job, not: [] },
        { worker: 'w', bug: 'it broke' },
      ].map((message) => Buffer.from(JSON.stringify(message))),
      read: text((it) => {
        if (it.startsWith('{"id"')) return checkJob(decodeJob(it));
        const answer = decodeAnswer(it);
        return 'result' in answer ? checkResult(job, answer.result) : answer;
      }),
    };
  },
};

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes.subarray(0, -32)).digest();
}

const bands = parseBands(file('golden/lr-experiment/bands/mnist.json').toString(), 'bands');

/** The page of an audit; nothing of the document may have become a part of the page's own code. */
function pageOf(bytes: Buffer): void {
  const references = { study: STUDY, experiment: spec, bands, command: 'npx assay audit' };
  const audit = auditReport({ path: 'report', bytes }, references);
  const page = auditHtml(audit, references);
  const scripts = page.split('<script').length - 1;
  if (scripts > 2) throw new Error(`the page has ${scripts} scripts`);
}
