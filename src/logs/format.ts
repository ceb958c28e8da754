import type { Run } from '../run/run';
import type { Condition, LogSettings } from '../study/types';

/** What a run was written to: one file, or the files of a folder. */
export interface LogSource {
  /** As it was named. */
  readonly path: string;
  readonly files: readonly LogFile[];
  readonly isFolder: boolean;
  /** Names of all files that lie directly in the folder, whatever they are. */
  readonly alongside?: readonly string[];
}

export interface LogFile {
  /** Within the folder, with `/` between; of a file that stands for itself, its name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ReadSettings extends LogSettings {
  /** Those that headings, lines and paths may name. */
  readonly conditions: readonly Condition[];
  /** Of a document: its lines that may be sentences, from 1. They tell settings only where they tell nothing else. */
  readonly proseLines?: ReadonlySet<number>;
  /** Of the experiment, where it is known: what a log leaves open is read by it. */
  readonly batchSize?: number;
}

/** A format of logs: one file or folder in `src/logs` for each, and a line in `src/logs/index.ts`. Nothing else knows formats. */
export interface LogFormat {
  /** As study.json and messages name it: `csv`. */
  readonly name: string;
  /** What it is, and what it is known by, in a few words. */
  readonly title: string;
  /** Whether it reads a file of this name in the folder of a run; left out, it reads files that stand for themselves alone. */
  readonly isInFolder?: (name: string) => boolean;
  /** Whether a source looks like one of this format; cheap, and never wrong on purpose: the first that says yes reads it. */
  detects(source: LogSource, settings: ReadSettings): boolean;
  /**
   * The runs in it, with their metrics by the names that the log has for them.
   *
   * @throws AssayError `log-syntax` when there is no run in it; what else is wrong is among the runs' faults.
   */
  read(source: LogSource, settings: ReadSettings): Run[];
  /** Whether a line is one of a run although it holds no number of it; left out, none is. */
  isLogLine?(text: string): boolean;
  /** The numbers that a fault of a rule is about: of its line, those of these names. */
  readonly numbersOfRule?: Readonly<Record<string, readonly NumberName[]>>;
}

/** A number of a line. */
export interface NumberName {
  /** As the log calls it. */
  readonly metric: string;
  /** The value of the metric, what was counted for it, or what is said again at the end. */
  readonly what: 'value' | 'count' | 'final';
}

/** The text of the one file of a source, without a byte order mark. */
export function textOf({ files }: LogSource): string {
  return textOfFile(files[0]);
}

/** Several formats look at the same file. */
const TEXTS = new WeakMap<Uint8Array, string>();

/** UTF-8, or UTF-16 where a byte order mark says so, as Windows PowerShell writes it. */
export function textOfFile({ bytes }: LogFile): string {
  let text = TEXTS.get(bytes);
  if (text === undefined) TEXTS.set(bytes, (text = new TextDecoder(encodingOf(bytes)).decode(bytes)));
  return text;
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** The start of a text, as far as a format has to look to be known. */
export function startOf(text: string): string {
  return text.slice(0, 1 << 20);
}

/** A picture, a program, an archive: no text has this character. */
export function isBinary(text: string): boolean {
  return text.includes('\0');
}

/** A file's path, as messages name it. */
export function pathOf({ path, isFolder }: LogSource, { name }: LogFile): string {
  return isFolder ? `${path.replace(/[/\\]$/, '')}/${name}` : path;
}
