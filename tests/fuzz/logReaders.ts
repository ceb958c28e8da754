import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS, readSource, type LogSource, type ReadSettings } from '../../src/logs';
import type { Run } from '../../src/run/run';
import { JSONS, TEXTS } from './corpus';
import type { Reader } from './readers';

const LOGS = join(__dirname, '../../fixtures/logs');
const file = (path: string): Buffer => readFileSync(join(LOGS, path));
const files = (folder: string, end: string): Buffer[] =>
  readdirSync(join(LOGS, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => file(`${folder}/${name}`));

const TEMPLATE = 'epoch {epoch} | train_loss {train_loss} | val_loss {val_loss} | val_acc {val_acc:percent}';
const RUN = 'mlflow/mlruns/771170909617217625/366593bfac64406893fe7d268e2c2795';

/** Whatever was damaged: where every number is, and that it is one. */
function checkRuns(runs: readonly Run[]): void {
  if (runs.length === 0) throw new Error('no run and no error');
  for (const { series } of runs) {
    for (const points of Object.values(series)) {
      for (const { epoch = 0, step = 0, value, decimals = 0 } of points) {
        const isGood =
          Number.isFinite(epoch) && Number.isFinite(step) && typeof value === 'number' && decimals >= 0;
        if (!isGood) throw new Error(`no point: ${epoch}, ${step}, ${value}, ${decimals}`);
      }
    }
  }
}

/** Every format looks at it; the named one reads it. */
function readAs(format: string, source: LogSource, more: Partial<ReadSettings> = {}): void {
  const settings = { conditions: [{ name: 'lr' }], ...more };
  for (const known of FORMATS) known.detects(source, settings);
  checkRuns(readSource(source, { ...settings, format }));
}

function fileReader(
  format: string,
  whole: Buffer[],
  corpus: Reader['corpus'] = TEXTS,
  more: Partial<ReadSettings> = {},
): Reader {
  const read = (bytes: Buffer): void =>
    readAs(format, { path: 'log', isFolder: false, files: [{ name: 'log', bytes }] }, more);
  return { corpus, whole, read };
}

/** Surfaces of the fuzzing campaign: one for each format of logs. */
export const LOG_READERS: Readonly<Record<string, () => Reader>> = {
  'log: template': () =>
    fileReader('template', [...files('mlp/healthy', '1.log'), ...files('odd', '.log')], TEXTS, {
      template: TEMPLATE,
    }),
  'log: csv': () =>
    fileReader('csv', [
      ...[
        ...files('keras/healthy', '1.csv'),
        ...files('odd', 'sv'),
        file('lightning/healthy/seed-001/metrics.csv'),
      ].filter(({ length }) => length > 100),
    ]),
  'log: jsonl': () =>
    fileReader(
      'jsonl',
      [
        ...files('jsonl/healthy', '1.jsonl'),
        ...files('odd', '.jsonl'),
        ...files('jsonl/fairseq-like', '.log'),
      ],
      [...TEXTS, ...JSONS],
    ),
  'log: wandb': () =>
    fileReader('wandb', [
      ...files('wandb/healthy', '1.jsonl'),
      ...files('wandb/pandas', '.csv'),
      file('wandb/imitated/chart-export.csv'),
    ]),
  'log: trainer-state': () =>
    fileReader(
      'trainer-state',
      [
        file('huggingface/healthy/seed-001/trainer_state.json'),
        file('odd/hf-no-evaluation/trainer_state.json'),
      ],
      [...TEXTS, ...JSONS],
    ),
  'log: huggingface': () =>
    fileReader('huggingface', [
      ...files('huggingface/console', '1.txt'),
      ...files('huggingface/version-4', '.txt'),
    ]),
  'log: keras': () =>
    fileReader('keras', [...files('keras/console', '1.txt'), ...files('keras/keras-2', '.txt')]),
  'log: lightning': () => fileReader('lightning', files('lightning/console', '1.txt')),
  'log: tensorboard': () =>
    fileReader('tensorboard', [
      file('tensorboard/healthy/seed-001/events.out.tfevents.1.host.1.0'),
      file('tensorboard/new-style/seed-001/events.out.tfevents.1.host.1.0'),
      file('tensorboard/lightning/seed-001/events.out.tfevents.1.host.1.0'),
      file('tensorboard/keras/seed-001/validation/events.out.tfevents.1.host.1.0.v2'),
    ]),
  'log: mlflow': () => ({
    corpus: TEXTS,
    whole: [file(`${RUN}/metrics/val_loss`), file(`${RUN}/meta.yaml`), file(`${RUN}/params/lr`)],
    read: (bytes) => {
      const isMeta = bytes.includes('lifecycle_stage');
      const meta = { name: 'meta.yaml', bytes: isMeta ? bytes : file(`${RUN}/meta.yaml`) };
      const damaged = ['params/lr', 'tags/kind', 'metrics/loss'].map((name) => ({ name, bytes }));
      const whole = { name: 'metrics/val/acc', bytes: file(`${RUN}/metrics/val_acc`) };
      readAs('mlflow', { path: 'run', isFolder: true, files: [meta, ...damaged, whole] });
    },
  }),
};
