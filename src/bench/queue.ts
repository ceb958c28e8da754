import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Redis } from 'ioredis';
import { jobOf, type Job } from '../jobs/job';
import { Journal } from '../jobs/journal';
import { probe } from '../jobs/kinds/probe';
import { LocalPool } from '../jobs/localPool';
import { connect } from '../jobs/queue/connection';
import { QueueExecutor } from '../jobs/queue/executor';
import { runJobs } from '../jobs/run';
import { sum } from './statistics';

/**
 * `npm run bench:queue -- URL [JOBS] [WORKERS]`: jobs that do nothing, through an empty queue, to workers of one thread each that are
 * started here; how many a second, and how much memory everyone has meanwhile. See docs/findings/queue.md.
 */
async function main([url, jobs = '20000', workers = '2']: readonly string[]): Promise<void> {
  const total = Number(jobs);
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const redis = await connect(url, say);
  const options = ['worker', '--queue', url, '--threads', '1', '--data', 'synthetic'];
  const program = join(__dirname, '../../bin/assay.js');
  const crew = Array.from({ length: Number(workers) }, () =>
    spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  try {
    if ((await redis.dbsize()) > 0) throw new Error('the database is not empty: take another one');
    await Promise.all(crew.map(({ stderr }) => new Promise((resolve) => stderr.once('data', resolve))));
    const executor = await QueueExecutor.connect({
      ...{ url, verifyShare: 0, arbiter: () => new LocalPool(1), quarantined: [], onNotice: say },
    });
    const journal = Journal.open(join(folder, 'journal'));
    say(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, ${workers} workers, load ${load()}`);
    say('     jobs   jobs/s  coordinator: heap MB  RSS MB  worker RSS MB  Redis MB');
    const before = process.cpuUsage();
    const redisBefore = await cpuMsOf(redis);
    const start = performance.now();
    let [done, lapStart] = [0, start];
    const step = Math.ceil(total / 10);
    const rows: Promise<void>[] = [];
    const onDone = (): void => {
      if (++done % step !== 0 && done !== total) return;
      const [count, now] = [done, performance.now()];
      const rate = (1000 * step) / (now - lapStart);
      lapStart = now;
      const mb = [heapMb(), process.memoryUsage.rss() / 2 ** 20, rssMb(crew[0].pid)];
      const row = async (): Promise<void> => {
        const used = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
        const cells = [
          count,
          rate.toFixed(0),
          ...mb.map((x) => x.toFixed(0)),
          (Number(used) / 2 ** 20).toFixed(0),
        ];
        say(cells.map((cell, i) => String(cell).padStart([9, 9, 22, 8, 15, 10][i])).join(''));
      };
      rows.push(row());
    };
    await runJobs({ [Symbol.iterator]: () => probes(total) }, executor, journal, { onDone });
    const seconds = (performance.now() - start) / 1000;
    await Promise.all(rows);
    const own = process.cpuUsage(before);
    const cpuMs = [(own.user + own.system) / 1000, (await cpuMsOf(redis)) - redisBefore];
    say(`${done} jobs in ${seconds.toFixed(1)} s: ${(done / seconds).toFixed(0)} jobs/s; load ${load()}`);
    const [coordinatorMs, redisMs] = cpuMs.map((ms) => (ms / done).toFixed(2));
    say(`processor time per job: coordinator ${coordinatorMs} ms (with the measuring), Redis ${redisMs} ms`);
    journal.close();
    await executor.close();
  } finally {
    for (const worker of crew) worker.kill('SIGKILL');
    redis.disconnect();
    rmSync(folder, { recursive: true });
  }
}

function* probes(count: number): Generator<Job> {
  for (let seed = 0; seed < count; seed++) yield jobOf(probe, { seed });
}

/** Processor time that a Redis has used. */
async function cpuMsOf(redis: Redis): Promise<number> {
  const used = (await redis.info('cpu')).matchAll(/^used_cpu_(?:user|sys):(\S+)/gm);
  return 1000 * sum([...used].map(([, seconds]) => Number(seconds)));
}

/** What is held after garbage was collected. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Of the last minute. */
function load(): string {
  return loadavg()[0].toFixed(1);
}

/** Memory of another process, where the system has /proc. */
function rssMb(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return NaN;
  }
}

void main(process.argv.slice(2));
