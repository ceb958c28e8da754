import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../run/record';
import type { RunOptions } from '../train';
import { Stopped } from './failure';
import { train } from './training';

/**
 * Trains for the record alone: what else a run writes is thrown away.
 *
 * @throws Stopped after a stop from outside.
 */
export async function recordOf(options: Omit<RunOptions, 'outDir'>): Promise<RunRecord> {
  const outDir = await mkdtemp(join(tmpdir(), 'assay-'));
  try {
    return (await train({ ...options, outDir }, () => undefined, '')).record;
  } catch (error) {
    throw error instanceof Stopped ? new Stopped(error.reason, 'stopped: not judged') : error;
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
}
