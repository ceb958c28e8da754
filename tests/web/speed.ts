import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Browser, BROWSER_NAMES, browserPath, choose, filesIn, textsOf } from './browser';

/**
 * How long an epoch on MNIST, with its test, takes in a tab of a served page, beside the engine `wasm` in Node with as many threads. The rounds
 * alternate, so that what else the machine does meets all of them. Run by hand on an idle machine:
 * `ASSAY_DATA=… node -r esbuild-register tests/web/speed.ts [THREADS]`
 */
/** Odd, for a median. */
const ROUNDS = 3;
const ASSAY = resolve('bin/assay.js');
const threads = Number(process.argv[2] ?? 2);

async function main(): Promise<void> {
  const data = process.env.ASSAY_DATA;
  if (data === undefined) throw new Error('ASSAY_DATA says where MNIST is');
  const folder = await mkdtemp(join(tmpdir(), 'assay-web-speed-'));
  const server = spawn(process.execPath, [ASSAY, 'serve', '--port', '0']);
  try {
    const url = await new Promise<string>((found) =>
      server.stdout.once('data', (line) => found(String(line).trim())),
    );
    const inNode = (): Promise<number> => inProcess(join(folder, 'run'));
    const places: [name: string, measure: () => Promise<number>][] = [['Node', inNode]];
    for (const name of BROWSER_NAMES)
      if (browserPath(name) !== undefined)
        places.push([
          name,
          () => inTab(name, url, join(folder, 'run/run.json'), filesIn(join(data, 'mnist'))),
        ]);
    const seconds = new Map<string, number[]>(places.map(([name]) => [name, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, measure] of places) seconds.get(name)?.push(await measure());
    const ofNode = median(seconds.get('Node') ?? []);
    for (const [name, all] of seconds) {
      const shown = all.map((one) => one.toFixed(1)).join(', ');
      console.log(`${name.padEnd(9)} ${shown} s; median ${(median(all) / ofNode).toFixed(2)} of Node's`);
    }
  } finally {
    server.kill('SIGINT');
    await rm(folder, { recursive: true });
  }
}

/** Seconds from the first line of the log, of batch 0, to the line of the test. */
async function inProcess(out: string): Promise<number> {
  await rm(out, { recursive: true, force: true });
  const options = ['--data', 'mnist', '--lr', '0.001', '--seed', '7', '--epochs', '1', '--engine', 'wasm'];
  const args = ['run', ...options, '--threads', String(threads), '--out', out];
  const run = spawn(process.execPath, [ASSAY, ...args]);
  let [first, last] = [NaN, NaN];
  run.stdout.on('data', (chunk: Buffer) => {
    if (Number.isNaN(first) && chunk.includes('Train Epoch')) first = performance.now();
    if (chunk.includes('Test set')) last = performance.now();
  });
  await once(run, 'close');
  return (last - first) / 1000;
}

/** Seconds, as the page says them. */
async function inTab(
  name: (typeof BROWSER_NAMES)[number],
  url: string,
  recordPath: string,
  data: readonly string[],
): Promise<number> {
  const browser = await Browser.start(name);
  try {
    const { page } = await browser.open(url);
    await choose(page, 'files', [recordPath]);
    await page.waitForSelector('#record option[value="run.json"]');
    await choose(page, 'data', data);
    await page.select('#until', 'epoch');
    await page.evaluate(`document.getElementById('threads').value = '${threads}'`);
    await page.click('#train');
    await page.waitForFunction("document.getElementById('outcome').textContent !== ''", { timeout: 300_000 });
    const [outcome] = await textsOf(page, '#outcome');
    const found = /^Everything .* steps, ([\d.]+) seconds, (\d+) thread/.exec(outcome);
    if (found === null || Number(found[2]) !== threads) throw new Error(`${name}: ${outcome}`);
    return Number(found[1]);
  } finally {
    await browser.stop();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) / 2];
}

void main();
