import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A suite that hangs notices nothing. */
const TIME_LIMIT_MS = 300_000;
/** So that two runs of the table try the same random examples. */
const SEED = '1';

export interface Outcome {
  /** The name of the first test that failed; missing when none did. */
  readonly failed?: string;
  /** Nothing failed, and still jest did not end well: the end of what it said. */
  readonly trouble?: string;
}

/** Runs test files (paths from `root`) up to the first failure. */
export async function runTests(root: string, tests: readonly string[]): Promise<Outcome> {
  const note = join(root, 'first-failure.txt');
  await rm(note, { force: true });
  const jest = spawn(
    process.execPath,
    [
      join(root, 'node_modules/jest/bin/jest.js'),
      ...['--runInBand', '--reporters', join(root, 'tests/mutants/stop-at-first-failure.cjs')],
      ...['--cacheDirectory', join(root, '.jest-cache'), '--runTestsByPath', ...tests],
    ],
    {
      cwd: root,
      env: { ...process.env, ASSAY_FIRST_FAILURE: note, ASSAY_FC_SEED: SEED, ASSAY_FC_END_ON_FAILURE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [jest.stdout, jest.stderr]) stream.on('data', (text) => (said += String(text)));
  const timer = setTimeout(() => jest.kill('SIGKILL'), TIME_LIMIT_MS);
  const [code, signal] = (await once(jest, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const failed = await readFile(note, 'utf8').catch(() => undefined);
  if (failed !== undefined) return { failed: failed.replaceAll(`${root}/`, '').split('\n')[0] };
  if (code === 0) return {};
  return { trouble: signal === null ? said.trim().slice(-2000) : `no end after ${TIME_LIMIT_MS / 1000} s` };
}
