import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync } from 'node:fs';
import { AssayError } from '../base/errors';
import { fileError, writeWholeSync } from '../base/files';
import { Lock } from '../base/lock';
import { parseJson } from '../base/json';
import type { Quarantine } from './executor';

/**
 * What has been computed, line by line, in the order in which it was: a job that is here is never done again. A process that is killed
 * at any moment loses none of the lines before; one that was cut short is dropped. In memory are only ids and where their lines are. One
 * process at a time has it.
 */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly file: number,
    private readonly lines: Map<string, Place>,
    private end: number,
    /** Names of workers whose word does not count. */
    private readonly liars: Set<string>,
    private readonly lock: Lock,
  ) {}

  /**
   * @throws AssayError `journal-busy` when another process has it; `journal-invalid` for a whole line that is none, or what is no file, which
   *   are left as they are; `file-unwritable`
   */
  static open(path: string): Journal {
    const lock = Lock.of(`${path}.lock`, path, 'journal-busy');
    try {
      const file = openSync(path, existsSync(path) ? 'r+' : 'w+');
      const bytes = bytesOf(file, path);
      const end = bytes.lastIndexOf('\n') + 1;
      const entries: (Pick<Entry, 'id' | 'workers'> & { readonly place: Place })[] = [];
      const liars = new Set<string>();
      for (let line = 1, start = 0; start < end; line++) {
        const length = bytes.indexOf('\n', start) + 1 - start;
        const text = bytes.toString('utf8', start, start + length);
        const entry = parseLine(text, `${path}, line ${line}`);
        if ('id' in entry) entries.push({ id: entry.id, workers: entry.workers, place: { start, length } });
        else liars.add(entry.quarantined);
        start += length;
      }
      ftruncateSync(file, end);
      const lines = new Map<string, Place>();
      for (const { id, workers, place } of entries)
        if (!lines.has(id) && !areAllIn(liars, workers)) lines.set(id, place);
      return new Journal(path, file, lines, end, liars, lock);
    } catch (cause) {
      lock.release();
      throw fileError('file-unwritable', path, cause);
    }
  }

  has(id: string): boolean {
    return this.lines.has(id);
  }

  /**
   * @param workers see `Done`
   * @throws AssayError `file-unwritable`; what was there before is whole
   */
  append(id: string, result: unknown, workers?: readonly string[]): void {
    const length = this.write({ id, result, workers });
    if (!this.has(id)) this.lines.set(id, { start: this.end, length });
    this.end += length;
  }

  /** Gives up the results that only quarantined workers vouch for; says how many. */
  quarantine(worker: string): number {
    if (this.liars.has(worker)) return 0;
    this.end += this.write({ quarantined: worker });
    this.liars.add(worker);
    const before = this.lines.size;
    for (const id of [...this.lines.keys()])
      if (areAllIn(this.liars, this.read(id).workers)) this.lines.delete(id);
    return before - this.lines.size;
  }

  /** The workers whose results are not kept, now and in earlier sessions. */
  quarantined(): readonly string[] {
    return [...this.liars];
  }

  /** The result of a job that is here. */
  result(id: string): unknown {
    return this.read(id).result;
  }

  private read(id: string): Entry {
    const line = this.lines.get(id);
    if (line === undefined) throw new Error(`job ${id} is not in the journal`);
    const bytes = Buffer.alloc(line.length);
    readSync(this.file, bytes, 0, line.length, line.start);
    return JSON.parse(bytes.toString('utf8')) as Entry;
  }

  /** All that is here, in the order in which it came. */
  *results(): Generator<unknown> {
    for (const id of this.lines.keys()) yield this.result(id);
  }

  close(): void {
    closeSync(this.file);
    this.lock.release();
  }

  private write(entry: Entry | Quarantine): number {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      writeWholeSync(this.file, line, this.end);
    } catch (cause) {
      throw fileError('file-unwritable', this.path, cause);
    }
    return line.length;
  }
}

/** Of a line in the file, in bytes. */
interface Place {
  readonly start: number;
  readonly length: number;
}

/** More this Node reads at once of no file. */
const MOST_BYTES = 2 ** 31 - 1;

function bytesOf(file: number, path: string): Buffer {
  const stat = fstatSync(file);
  if (stat.isFile() && stat.size <= MOST_BYTES) return readFileSync(file);
  throw new AssayError('journal-invalid', {
    what: 'not a journal',
    where: path,
    expected: `a file of at most ${MOST_BYTES} bytes`,
    got: stat.isFile() ? `${stat.size} bytes` : 'a device or a pipe',
  });
}

function areAllIn(liars: ReadonlySet<string>, workers: Entry['workers']): boolean {
  return workers !== undefined && workers.every((name) => liars.has(name));
}

interface Entry {
  readonly id: string;
  readonly result: unknown;
  readonly workers?: readonly string[];
}

function parseLine(text: string, where: string): Entry | Quarantine {
  const line = objectOf(text, where);
  if (isEntry(line) || isQuarantine(line)) return line;
  throw notALine(where);
}

function objectOf(text: string, where: string): object {
  try {
    const value = parseJson(text, where);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
  }
  throw notALine(where);
}

function isEntry(line: object): line is Entry {
  const { id, result, workers = [] } = line as Partial<Record<keyof Entry, unknown>>;
  const hasWorkers = Array.isArray(workers) && workers.every((name) => typeof name === 'string');
  return typeof id === 'string' && /^[0-9a-f]{64}$/.test(id) && result !== undefined && hasWorkers;
}

function isQuarantine(line: object): line is Quarantine {
  return 'quarantined' in line && typeof line.quarantined === 'string';
}

function notALine(where: string): AssayError {
  return new AssayError('journal-invalid', {
    what: 'not a line of a journal',
    where,
    hint: 'delete the line: its job will be done again',
  });
}
