import { closeSync, linkSync, openSync, readSync, renameSync, unlinkSync } from 'node:fs';
import { AssayError, type ErrorCode } from './errors';
import { fileError, writeWholeSync } from './files';
import { isGone, US, type Holder } from './holder';

/** What is said when another process has the lock. */
type BusyCode = Extract<ErrorCode, `${string}-busy`>;

/**
 * Keeps a file or a folder to one process: the lock says to which. A process that is killed leaves it behind, and the next one on the
 * same machine finds that its holder is gone.
 */
export class Lock {
  private constructor(private readonly path: string) {}

  /**
   * @param path of the lock itself
   * @param what the lock keeps, for messages
   * @throws AssayError `code` when another process has it; `file-unwritable`
   */
  static of(path: string, what: string, code: BusyCode): Lock {
    try {
      while (!created(path, textOf(US))) {
        const text = textAt(path);
        if (text !== undefined && !(isLeft(text) && removed(path, text))) throw busy(path, text, what, code);
      }
      return new Lock(path);
    } catch (cause) {
      throw fileError('file-unwritable', path, cause);
    }
  }

  /** Whether a process has the lock at `path`; what cannot be read is found out by the attempt to take it. */
  static isTaken(path: string): boolean {
    try {
      const text = textAt(path);
      return text !== undefined && !isLeft(text);
    } catch {
      return false;
    }
  }

  /** A lock that cannot be removed, in a folder that has been sealed meanwhile, is in nobody's way: its holder will be gone. */
  release(): void {
    try {
      unlinkSync(this.path);
    } catch (cause) {
      if (!(fileError('file-unwritable', this.path, cause) instanceof AssayError)) throw cause;
    }
  }
}

function textOf({ pid, host, start }: Holder): string {
  return `process ${pid} (${start}) on ${host}`;
}

/** Whether its holder is gone. */
function isLeft(text: string): boolean {
  const [, pid, start, host] = /^process (\d+) \(([0-9a-f]+)\) on (.+)$/.exec(text) ?? [];
  return host !== undefined && isGone({ pid: Number(pid), host, start });
}

function created(path: string, text: string): boolean {
  const file = unless('EEXIST', () => openSync(path, 'wx'));
  if (file === undefined) return false;
  try {
    writeWholeSync(file, Buffer.from(text));
  } catch (error) {
    unlinkSync(path); // one that does not say whose it is would be in the way of all
    throw error;
  } finally {
    closeSync(file);
  }
  return true;
}

/** Longer than what any of us writes: a machine's name has at most 255 characters. */
const MOST_BYTES = 1024;

/** What it says, as far as it could be ours, whatever lies there; undefined when there is none, or none any more. */
function textAt(path: string): string | undefined {
  const file = unless('ENOENT', () => openSync(path, 'r'));
  if (file === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(MOST_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

/** Removes what a holder left, and not what another process has put in its place since. */
function removed(path: string, text: string): boolean {
  const aside = `${path}-${process.pid}`;
  if (unless('ENOENT', () => (renameSync(path, aside), true)) === undefined) return true;
  const isTheirs = textAt(aside) !== text;
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

function busy(path: string, holder: string, what: string, code: BusyCode): AssayError {
  return new AssayError(code, {
    what: 'another process writes here',
    where: what,
    got: holder || 'a lock that is just being made',
    hint: `wait for it, use another --out, or delete ${path} if there is no such process any more`,
  });
}
