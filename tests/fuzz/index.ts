import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SURFACES } from './surface';
import type { Message, Task } from './worker';

/**
 * `npm run fuzz [-- --seconds 600 --seed 1 checkpoints records …]`: hostile and damaged files through every reader, the queue's messages, the
 * HTML page and the command line. Prints a table; exit code 1 when anything but an answer or a coded error came of an input, when one
 * took more than 30 seconds of processor time, 15 minutes by the clock, or more memory than there is.
 */
const MOST_SECONDS = 30;
const MOST_MINUTES = 15;
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
    const stopwatch = new Stopwatch();
    const watch = setInterval(() => {
      if (stopwatch.isOver()) broken(`no end after ${stopwatch.text()}`);
    }, 1000);
    let next = -1;
    const broken = (what: string): void => {
      clearInterval(watch);
      tally.faults.push(`${current.name}: ${what}`);
      next = current.began + 1;
      void worker.terminate();
    };
    worker.on('message', (message: Message) => {
      stopwatch.restart();
      if ('began' in message) {
        current = message;
        tally.inputs++;
      } else if ('fault' in message) tally.faults.push(`${current.name}: ${message.fault}`);
      else {
        tally.outcomes.set(message.outcome, (tally.outcomes.get(message.outcome) ?? 0) + 1);
        if (message.ms > tally.slowest.ms) tally.slowest = { ms: message.ms, name: current.name };
        tally.largest = Math.max(tally.largest, message.bytes);
      }
    });
    worker.on('error', (error) => broken(error.message));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(next);
    });
  });
}

/** What an input takes: of the processor, so that a machine with other work does not make faults; and by the clock, for one that waits. */
class Stopwatch {
  private start = performance.now();
  private cpu = process.cpuUsage();

  restart(): void {
    this.start = performance.now();
    this.cpu = process.cpuUsage();
  }

  isOver(): boolean {
    return this.cpuSeconds() > MOST_SECONDS || performance.now() - this.start > MOST_MINUTES * 60_000;
  }

  text(): string {
    const elapsed = (performance.now() - this.start) / 1000;
    return `${this.cpuSeconds().toFixed(1)} s of processor time, ${elapsed.toFixed(1)} s by the clock`;
  }

  private cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.cpu);
    return (user + system) / 1e6;
  }
}

void main().then((exitCode) => (process.exitCode = exitCode));
