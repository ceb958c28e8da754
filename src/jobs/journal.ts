import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { AssayError } from '../errors';
import { fileError } from '../files';

/**
 * What has been computed, line by line, in the order in which it was: a job that is here is never done again. A process that is killed
 * at any moment loses none of the lines before; one that was cut short is dropped. In memory are only ids and where their lines are.
 */
export class Journal {
  private constructor(
    private readonly file: number,
    private readonly lines: Map<string, { readonly start: number; readonly length: number }>,
    private end: number,
  ) {}

  /** @throws AssayError `journal-invalid` for a whole line that is none; `file-unwritable` */
  static open(path: string): Journal {
    try {
      const file = openSync(path, existsSync(path) ? 'r+' : 'w+');
      const bytes = readFileSync(file);
      const end = bytes.lastIndexOf('\n') + 1;
      ftruncateSync(file, end);
      const journal = new Journal(file, new Map(), 0);
      for (let line = 1; journal.end < end; line++) {
        const length = bytes.indexOf('\n', journal.end) + 1 - journal.end;
        const text = bytes.toString('utf8', journal.end, journal.end + length);
        journal.note(idOf(text, `${path}, line ${line}`), length);
      }
      return journal;
    } catch (cause) {
      throw fileError('file-unwritable', path, cause);
    }
  }

  has(id: string): boolean {
    return this.lines.has(id);
  }

  append(id: string, result: unknown): void {
    const line = Buffer.from(`${JSON.stringify({ id, result })}\n`);
    writeSync(this.file, line, 0, line.length, this.end);
    this.note(id, line.length);
  }

  /** The result of a job that is here. */
  result(id: string): unknown {
    const line = this.lines.get(id);
    if (line === undefined) throw new Error(`job ${id} is not in the journal`);
    const bytes = Buffer.alloc(line.length);
    readSync(this.file, bytes, 0, line.length, line.start);
    return (JSON.parse(bytes.toString('utf8')) as { result: unknown }).result;
  }

  /** All that is here, in the order in which it came. */
  *results(): Generator<unknown> {
    for (const id of this.lines.keys()) yield this.result(id);
  }

  close(): void {
    closeSync(this.file);
  }

  private note(id: string, length: number): void {
    if (!this.lines.has(id)) this.lines.set(id, { start: this.end, length });
    this.end += length;
  }
}

function idOf(text: string, where: string): string {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    if (typeof id === 'string' && /^[0-9a-f]{64}$/.test(id)) return id;
  } catch {
    // said below
  }
  throw new AssayError('journal-invalid', {
    what: 'not a line of a journal',
    where,
    hint: 'delete the line: its job will be done again',
  });
}
