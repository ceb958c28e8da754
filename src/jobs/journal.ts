import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, readSync } from 'node:fs';
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
    private readonly lines: Map<string, { readonly start: number; readonly length: number }>,
    private end: number,
    /** Names of workers whose word does not count. */
    private readonly liars: Set<string>,
    private readonly lock: Lock,
  ) {}

  /** @throws AssayError `journal-busy` when another process has it, `journal-invalid` for a whole line that is none, `file-unwritable` */
  static open(path: string): Journal {
    const lock = Lock.of(`${path}.lock`, path, 'journal-busy');
    try {
      const file = openSync(path, existsSync(path) ? 'r+' : 'w+');
      const bytes = readFileSync(file);
      const end = bytes.lastIndexOf('\n') + 1;
      ftruncateSync(file, end);
      const journal = new Journal(path, file, new Map(), 0, new Set(), lock);
      for (let line = 1; journal.end < end; line++) {
        const length = bytes.indexOf('\n', journal.end) + 1 - journal.end;
        const text = bytes.toString('utf8', journal.end, journal.end + length);
        const entry = parseLine(text, `${path}, line ${line}`);
        if ('id' in entry) journal.note(entry.id, length);
        else journal.distrust(entry.quarantined, length);
      }
      return journal;
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
    this.note(id, this.write({ id, result, workers }));
  }

  /** Gives up the results that only quarantined workers vouch for; says how many. */
  quarantine(worker: string): number {
    return this.liars.has(worker) ? 0 : this.distrust(worker, this.write({ quarantined: worker }));
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

  private distrust(worker: string, length: number): number {
    this.end += length;
    this.liars.add(worker);
    const before = this.lines.size;
    for (const id of [...this.lines.keys()]) {
      const { workers } = this.read(id);
      if (workers?.every((name) => this.liars.has(name))) this.lines.delete(id);
    }
    return before - this.lines.size;
  }

  private note(id: string, length: number): void {
    if (!this.has(id)) this.lines.set(id, { start: this.end, length });
    this.end += length;
  }
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
