import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readFileSync, statSync } from 'node:fs';
import { FORMATS, readSource, type LogSource, type ReadSettings } from '../../src/logs';
import type { Point, Run } from '../../src/run/run';

export const LOGS = 'fixtures/logs';
const ROOT = join(__dirname, '../..');

export const MLP_TEMPLATE =
  'epoch {epoch} | train_loss {train_loss} | val_loss {val_loss} | val_acc {val_acc:percent}';

/** A file or a folder below fixtures/logs. */
export function fixture(path: string): LogSource {
  const full = join(ROOT, LOGS, path);
  if (!statSync(full).isDirectory()) {
    return { path, isFolder: false, files: [{ name: basename(path), bytes: readFileSync(full) }] };
  }
  const names = readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(full, join(entry.parentPath, entry.name)));
  const files = names.map((name) => ({ name, bytes: readFileSync(join(full, name)) }));
  return {
    path,
    isFolder: true,
    files: files.filter(({ name }) => FORMATS.some(({ isInFolder }) => isInFolder?.(name))),
  };
}

/** Paths below fixtures/logs. */
export function inFolder(folder: string, fits: RegExp): string[] {
  return readdirSync(join(ROOT, LOGS, folder))
    .filter((name) => fits.test(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

export function fileOf(text: string | Buffer, path = 'a.log'): LogSource {
  return { path, isFolder: false, files: [{ name: path, bytes: Buffer.from(text) }] };
}

export function runsOf(source: LogSource | string, settings: Partial<ReadSettings> = {}): Run[] {
  return readSource(typeof source === 'string' ? fixture(source) : source, { conditions: [], ...settings });
}

export function runOf(source: LogSource | string, settings: Partial<ReadSettings> = {}): Run {
  const [run] = runsOf(source, settings);
  return run;
}

export function values(points: readonly Point[] | undefined): number[] | undefined {
  return points?.map(({ value }) => value);
}

export function places(points: readonly Point[]): (number | undefined)[][] {
  return points.map(({ epoch, step }) => [epoch, step]);
}
