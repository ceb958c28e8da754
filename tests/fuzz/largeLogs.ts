import { maskedCrc32c } from '../../src/logs/tensorboard/crc32c';
import { readSource, type LogSource } from '../../src/logs';

/** Logs of any size, one for each reader. */
export interface LargeLog {
  readonly name: string;
  /** Of an epoch or step, from 1 on, and what comes before the first and behind the last. */
  readonly part: (n: number) => string | Buffer;
  readonly start?: string;
  readonly end?: string;
  readonly read: (bytes: Buffer) => unknown;
}

export function largeLog({ part, start = '', end = '' }: LargeLog, size: number): Buffer {
  const parts = [Buffer.from(start)];
  for (let n = 1, length = 0; length < size; n++) {
    const bytes = Buffer.from(part(n));
    parts.push(bytes);
    length += bytes.length;
  }
  return Buffer.concat([...parts, Buffer.from(end)]);
}

const CONDITIONS = { conditions: [{ name: 'lr' }] };
const readAs =
  (format: string, template?: string) =>
  (bytes: Buffer): unknown => {
    const source: LogSource = { path: 'log', isFolder: false, files: [{ name: 'log', bytes }] };
    return readSource(source, { ...CONDITIONS, format, ...(template !== undefined && { template }) });
  };

/** Of full length, and another each time. */
const loss = (n: number): string => (0.1 + ((n * 7919) % 9973) / 10007).toString();
const short = (n: number): string => loss(n).slice(0, 6);
/** A bar that is drawn again for each of 30 steps. */
const drawn = (draw: (step: number) => string): string =>
  Array.from({ length: 31 }, (_, step) => draw(step)).join('');

export const LARGE_LOGS: readonly LargeLog[] = [
  {
    name: 'template',
    part: (n) => `epoch ${n} | train_loss ${short(n)} | val_acc 80.6%\n`,
    read: readAs('template', 'epoch {epoch} | train_loss {train_loss} | val_acc {val_acc:percent}'),
  },
  {
    name: 'csv',
    start: 'epoch,accuracy,loss,val_accuracy,val_loss\n',
    part: (n) => `${n},0.6366666555404663,${loss(n)},0.7919999957084656,0.49042409658432007\n`,
    read: readAs('csv'),
  },
  {
    name: 'csv, sparse',
    start: 'epoch,step,train_loss_epoch,train_loss_step,val_acc,val_loss\n',
    part: (n) => `${n},${30 * n},,${loss(n)},,\n${n},${30 * n},,,0.796,0.4584\n`,
    read: readAs('csv'),
  },
  {
    name: 'jsonl',
    part: (n) =>
      `{"epoch": ${n}, "step": ${30 * n}, "train_loss": ${loss(n)}, "val_loss": 0.46264025568962097}\n`,
    read: readAs('jsonl'),
  },
  {
    name: 'wandb',
    part: (n) =>
      `{"_step": ${n}, "train/loss": ${loss(n)}, "_timestamp": 1795694844.3751795, "_runtime": 1.454}\n`,
    read: readAs('wandb'),
  },
  {
    name: 'trainer-state',
    start: '{\n  "global_step": 300,\n  "log_history": [\n',
    part: (n) =>
      `${n === 1 ? '' : ',\n'}    {\n      "epoch": ${n / 2},\n      "loss": ${loss(n)},\n      "step": ${15 * n}\n    }`,
    end: '\n  ]\n}\n',
    read: readAs('trainer-state'),
  },
  {
    name: 'huggingface',
    part: (n) =>
      `\r 10%|██  | ${n}/300 [00:00<00:00, 1138.66it/s]\r    \r{'loss': '${short(n)}', 'epoch': '${n}'}\n`,
    read: readAs('huggingface'),
  },
  {
    name: 'keras',
    part: (n) =>
      `Epoch ${n}/9\n` +
      drawn((step) => `\r\x1b[1m${step}/30\x1b[0m ━━━ 0s 2ms/step - loss: ${short(n)}${'\b'.repeat(40)}`) +
      `\r30/30 ━━━ 0s 2ms/step - loss: ${short(n)} - val_loss: ${short(n)}\n`,
    read: readAs('keras'),
  },
  {
    name: 'lightning, tqdm',
    part: (n) =>
      `${drawn((step) => `\rEpoch ${n}:  50%|███   | ${step}/30 [00:00<00:00, 581.04it/s, val_loss=${short(n)}]`)}\n`,
    read: readAs('lightning'),
  },
  {
    name: 'lightning, rich',
    part: (n) =>
      `${drawn((step) => `\r\x1b[2KEpoch ${n}/9 ━━━ ${step}/30 0:00:00 • 0:00:00 338.21it/s val_loss: ${short(n)}`)}\n`,
    read: readAs('lightning'),
  },
  { name: 'tensorboard', part: (n) => recordOf(eventOf(n)), read: readAs('tensorboard') },
  {
    name: 'mlflow',
    part: (n) => `1795694776263 ${loss(n)} ${n}\n`,
    read: (bytes: Buffer): unknown => {
      const meta = { name: 'meta.yaml', bytes: Buffer.from('run_id: a\nstatus: 3\n') };
      return readSource(
        { path: 'run', isFolder: true, files: [meta, { name: 'metrics/loss', bytes }] },
        CONDITIONS,
      );
    },
  },
];

function eventOf(step: number): Buffer {
  const [tag, value] = [Buffer.from('Loss/train'), Buffer.alloc(4)];
  value.writeFloatLE(Number(loss(step)));
  const inside = [0x0a, tag.length, ...tag, 0x15, ...value];
  const varint = [step & 0x7f, (step >>> 7) & 0x7f, (step >>> 14) & 0x7f, step >>> 21].map((byte, i) =>
    i < 3 ? byte | 0x80 : byte,
  );
  return Buffer.from([
    0x09,
    ...Buffer.alloc(8),
    0x10,
    ...varint,
    0x2a,
    inside.length + 2,
    0x0a,
    inside.length,
    ...inside,
  ]);
}

function recordOf(data: Buffer): Buffer {
  const record = Buffer.alloc(12 + data.length + 4);
  record.writeUInt32LE(data.length);
  record.writeUInt32LE(maskedCrc32c(record, 0, 8), 8);
  data.copy(record, 12);
  record.writeUInt32LE(maskedCrc32c(data, 0, data.length), 12 + data.length);
  return record;
}

/** `node -r esbuild-register tests/fuzz/largeLogs.ts`: seconds of a processor for 50 MB of each. */
if (require.main === module) {
  console.log('| log | MB | seconds |\n| --- | --- | --- |');
  for (const log of LARGE_LOGS) {
    const bytes = largeLog(log, 50e6);
    const before = process.cpuUsage();
    log.read(bytes);
    const { user, system } = process.cpuUsage(before);
    console.log(
      `| ${log.name} | ${(bytes.length / 1e6).toFixed(0)} | ${((user + system) / 1e6).toFixed(1)} |`,
    );
  }
}
