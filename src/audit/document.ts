import { createHash } from 'node:crypto';
import { AssayError } from '../base/errors';
import { headingOf } from '../logs/pytorchExample/heading';
import { readLenientLog, type LenientRun } from '../logs/pytorchExample/read';
import { findMisreadings, undoMisreadings } from './macRoman';
import { LINE_KINDS, type AuditedDocument, type DocumentLine, type LineKind, type Repair } from './types';

/** A document with its runs: what an audit starts from. */
export interface ReadDocument {
  readonly document: AuditedDocument;
  readonly runs: readonly LenientRun[];
}

/** The learning rate that a run is judged as. */
type LrOf = (run: LenientRun) => number | undefined;

/**
 * Reads a document as it is: undoes mis-decoding, finds the runs, and says of every line what it is.
 *
 * @param path names the document in messages
 * @param lrOf left out, what its heading says
 * @param needsRuns whether a document without a line of a training run is refused; else it has no runs
 * @throws AssayError `log-syntax` when there is no line of a training run in it.
 */
export function readDocument(
  bytes: Uint8Array,
  path: string,
  lrOf: LrOf = ({ lr }) => lr,
  needsRuns = true,
): ReadDocument {
  const repairs: Repair[] = [];
  const lines = splitLines(new TextDecoder().decode(bytes)).map((text, index) => {
    const misreadings = findMisreadings(text);
    for (const { index: at, from, to } of misreadings)
      repairs.push({ line: index + 1, column: at + 1, from, to });
    return undoMisreadings(text, misreadings);
  });
  const runs = readRuns(lines.join('\n'), path, needsRuns);
  const classified = classify(lines, runs, lrOf);
  const count = (kind: LineKind): number => classified.filter((line) => line.kind === kind).length;
  const document = {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    lines: classified,
    accounting: Object.fromEntries(LINE_KINDS.map((kind) => [kind, count(kind)])) as Record<LineKind, number>,
    repairs,
  };
  return { document, runs };
}

function readRuns(text: string, path: string, needsRuns: boolean): LenientRun[] {
  try {
    return readLenientLog(text, path);
  } catch (error) {
    if (needsRuns || !(error instanceof AssayError) || error.code !== 'log-syntax') throw error;
    return [];
  }
}

/** A line feed ends the last line, and starts none; carriage returns at the end of a line are no text. */
function splitLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r+$/, ''));
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** What lines that are no heading are, in a section. */
type SectionKind = 'preface' | 'run' | 'run with prose' | 'prose' | 'verdict';

function classify(lines: readonly string[], runs: readonly LenientRun[], lrOf: LrOf): DocumentLine[] {
  const parsed = new Set(
    runs.flatMap(({ lines, finalAccuracy }) => [
      ...lines.map(({ line }) => line),
      ...(finalAccuracy === undefined ? [] : [finalAccuracy.line]),
    ]),
  );
  const faults = new Map(runs.flatMap(({ faults }) => faults.map(({ line, message }) => [line, message])));
  const startsOfRuns = new Map(
    runs.flatMap((run) => [run.firstLine, run.lines.at(0)?.line].map((line) => [line, lrOf(run)])),
  );
  const headings = lines.map(headingOf);
  const aboveRuns = new Set<number>();
  let above = -1;
  for (const index of lines.keys()) {
    if (headings[index] !== undefined) above = index;
    else if (parsed.has(index + 1) || faults.has(index + 1)) aboveRuns.add(above);
  }
  let section: SectionKind = 'preface';
  let lr: number | undefined;
  let runLevel = DEEPEST_OF_RUNS;
  return lines.map((text, index): DocumentLine => {
    const line = index + 1;
    const heading = headings[index];
    if (startsOfRuns.has(line)) lr = startsOfRuns.get(line);
    if (heading !== undefined) {
      const { level, isOfRun } = heading;
      const isAboveRun = isOfRun || aboveRuns.has(index);
      if (isAboveRun) runLevel = Math.min(level, DEEPEST_OF_RUNS);
      if (isOfRun) lr = startsOfRuns.has(line) ? lr : heading.lr;
      // Deeper headings belong to the run above them.
      else if (level <= runLevel) lr = undefined;
      section = isOfRun ? 'run' : /verdict/i.test(text) ? 'verdict' : isAboveRun ? 'run with prose' : 'prose';
      return { line, kind: 'heading', text, lr };
    }
    const fault = faults.get(line);
    if (fault !== undefined) return { line, kind: 'not understood', text, lr, reason: fault };
    if (parsed.has(line)) return { line, kind: 'run', text, lr };
    if (DECORATION.test(text)) return { line, kind: 'decoration', text, lr };
    return { line, text, lr, ...kindIn(section, text) };
  });
}

/** A heading of the third level belongs to the run above it, even where the run's own is as deep. */
const DEEPEST_OF_RUNS = 2;
/** Nothing but blanks and the strokes that rules and tables are drawn with. */
const DECORATION = /^[\s\-=_*~|+─-╿]*$/;

/** Lines that a trainer prints beside those with numbers. */
const LOG_LINES: readonly RegExp[] = [
  /Using device: /,
  /Loading .+ dataset\.\.\./,
  /Model architecture:/,
  /^\w+\($/,
  /^\s+\(\w+\): \w+\(.*\)$/,
  /^\)\s*$/,
  /Starting training\.\.\./,
  /Model saved as /,
  /Saved .+ to /,
];

function kindIn(section: SectionKind, text: string): Pick<DocumentLine, 'kind' | 'reason'> {
  if (section === 'prose') return { kind: 'claim' };
  if (section === 'verdict') return { kind: 'verdict' };
  if (LOG_LINES.some((pattern) => pattern.test(text))) return { kind: 'run' };
  if (section === 'run with prose') return { kind: 'claim' };
  const reason = section === 'run' ? 'stands in a run, and is no line of a log' : 'stands under no heading';
  return { kind: 'not understood', reason };
}
