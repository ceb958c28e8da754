import { closeSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { AssayError } from '../errors';
import { fileError } from '../files';

/**
 * Keeps a file to one process: `<file>.lock` says to which. A process that is killed leaves it behind, and the next one on the same
 * machine finds that its holder is gone.
 */
export class Lock {
  private constructor(private readonly path: string) {}

  /** @throws AssayError `journal-busy` when another process has the file; `file-unwritable` */
  static of(file: string): Lock {
    const path = `${file}.lock`;
    const us = `process ${process.pid} on ${hostname()}`;
    try {
      while (!created(path, us)) {
        const holder = textOf(path);
        if (holder !== undefined && !(isGone(holder) && removed(path, holder)))
          throw busy(file, path, holder);
      }
      return new Lock(path);
    } catch (cause) {
      throw fileError('file-unwritable', path, cause);
    }
  }

  release(): void {
    unlinkSync(this.path);
  }
}

function created(path: string, text: string): boolean {
  const file = unless('EEXIST', () => openSync(path, 'wx'));
  if (file === undefined) return false;
  writeSync(file, text);
  closeSync(file);
  return true;
}

/** Undefined when it has been removed meanwhile. */
function textOf(path: string): string | undefined {
  return unless('ENOENT', () => readFileSync(path, 'utf8'));
}

/** Whether the holder was a process of this machine, and is none any more. */
function isGone(holder: string): boolean {
  const [, pid, host] = /^process (\d+) on (.+)$/.exec(holder) ?? [];
  if (host !== hostname()) return false;
  // EPERM: another user's, which is there.
  return unless('ESRCH', () => unless('EPERM', () => process.kill(Number(pid), 0)) ?? true) === undefined;
}

/** Removes what a holder left, and not what another process has put in its place since. */
function removed(path: string, holder: string): boolean {
  const aside = `${path}-${process.pid}`;
  if (unless('ENOENT', () => (renameSync(path, aside), true)) === undefined) return true;
  const isTheirs = textOf(aside) !== holder;
  if (isTheirs) linkSync(aside, path);
  unlinkSync(aside);
  return !isTheirs;
}

/** What `action` gives; undefined when it fails with that code of the system. */
function unless<T>(code: string, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
    return undefined;
  }
}

function busy(file: string, path: string, holder: string): AssayError {
  return new AssayError('journal-busy', {
    what: 'another process writes here',
    where: file,
    got: holder || 'a lock that is just being made',
    hint: `wait for it, use another --out, or delete ${path} if there is no such process any more`,
  });
}
