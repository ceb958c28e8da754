import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SURFACES } from './surface';
import type { Message, Task } from './worker';

/**
 * `npm run fuzz [-- --seconds 600 --seed 1 checkpoints records …]`: hostile and damaged files through every reader, the queue's messages, the
 * HTML page and the command line. Prints a table; exit code 1 when anything but an answer or a coded error came of an input, when one
 * took more than 30 seconds, or more memory than there is.
 */
const LONGEST_MS = 30_000;
const MOST_MB = 3000;
/** Faults of a surface; the others are counted. */
const MOST_SHOWN = 10;

interface Tally {
  inputs: number;
  readonly outcomes: Map<string, number>;
  slowest: { ms: number; name: string };
  largest: number;
  readonly faults: string[];
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
    allowPositionals: true,
  });
  const surfaces = positionals.length === 0 ? SURFACES : positionals;
  console.log(
    '| surface | inputs | what came of them | slowest | largest |\n| --- | --- | --- | --- | --- |',
  );
  const faults: string[] = [];
  for (const surface of surfaces) {
    const tally = await through(surface, Number(values.seed), Number(values.seconds));
    console.log(row(surface, tally));
    faults.push(...tally.faults.slice(0, MOST_SHOWN).map((fault) => `${surface}, ${fault}`));
  }
  for (const fault of faults) console.log(`\n${fault}`);
  return faults.length === 0 ? 0 : 1;
}

function row(surface: string, { inputs, outcomes, slowest, largest, faults }: Tally): string {
  const counts = [...outcomes]
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${outcome}: ${count}`);
  if (faults.length > 0) counts.unshift(`**faults: ${faults.length}**`);
  const slow = `${(slowest.ms / 1000).toFixed(1)} s (${slowest.name})`;
  return `| ${surface} | ${inputs} | ${counts.join(', ')} | ${slow} | ${(largest / 1e6).toFixed(1)} MB |`;
}

/** Goes on behind an input that hangs or takes all memory. */
async function through(surface: string, seed: number, seconds: number): Promise<Tally> {
  const tally: Tally = {
    ...{
      inputs: 0,
      outcomes: new Map<string, number>(),
      slowest: { ms: 0, name: '–' },
      largest: 0,
      faults: [],
    },
  };
  const end = performance.now() + 1000 * seconds;
  let from = 0;
  while (from !== -1 && performance.now() < end) {
    const left = Math.max(1, (end - performance.now()) / 1000);
    from = await session({ surface, seed, from, seconds: left }, tally);
  }
  return tally;
}

/** @returns where to go on, or −1 at the end */
function session(task: Task, tally: Tally): Promise<number> {
  const worker = new Worker(join(__dirname, 'worker.ts'), {
    workerData: task,
    execArgv: ['-r', 'esbuild-register'],
    resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
  });
  return new Promise((resolve) => {
    let current = { began: task.from, name: 'the start' };
    let timer = setTimeout(() => undefined, 0);
    let next = -1;
    const broken = (what: string): void => {
      tally.faults.push(`${current.name}: ${what}`);
      next = current.began + 1;
      void worker.terminate();
    };
    worker.on('message', (message: Message) => {
      clearTimeout(timer);
      if ('began' in message) {
        current = message;
        tally.inputs++;
        timer = setTimeout(() => broken(`no end after ${LONGEST_MS / 1000} s`), LONGEST_MS);
      } else if ('fault' in message) tally.faults.push(`${current.name}: ${message.fault}`);
      else {
        tally.outcomes.set(message.outcome, (tally.outcomes.get(message.outcome) ?? 0) + 1);
        if (message.ms > tally.slowest.ms) tally.slowest = { ms: message.ms, name: current.name };
        tally.largest = Math.max(tally.largest, message.bytes);
      }
    });
    worker.on('error', (error) => {
      clearTimeout(timer);
      broken(error.message);
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(next);
    });
  });
}

void main().then((exitCode) => (process.exitCode = exitCode));
