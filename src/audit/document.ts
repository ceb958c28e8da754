import { AssayError } from '../base/errors';
import { sha256Of } from '../base/sha256';
import { formatOf, readSource, type LogFormat, type LogSource, type ReadSettings } from '../logs';
import { headingOf, type Heading } from '../logs/heading';
import type { Conditions, Run } from '../run/run';
import { blocksOf, type Block } from './blocks';
import { findMisreadings, undoMisreadings } from './macRoman';
import { LINE_KINDS, type AuditedDocument, type DocumentLine, type LineKind, type Repair } from './types';
import { linesOfTable } from './verdictTable';

/** A document with its runs: what an audit starts from. */
export interface ReadDocument {
  readonly document: AuditedDocument;
  /** With the metrics by the names that the document has for them. */
  readonly runs: readonly Run[];
  /** That the runs were read by. */
  readonly format: LogFormat;
}

/** The conditions that a run is judged as. */
type ConditionsOf = (run: Run) => Conditions | undefined;

/**
 * Reads a document as it is: undoes mis-decoding, finds the runs, and says of every line what it is.
 *
 * @param path names the document in messages
 * @param settings how logs are read
 * @param needsRuns whether a document without a line of a training run is refused; else it has no runs
 * @throws AssayError `log-syntax` when there is no line of a training run in it.
 */
export function readDocument(
  bytes: Uint8Array,
  path: string,
  settings: ReadSettings,
  conditionsOf: ConditionsOf,
  needsRuns = true,
): ReadDocument {
  const repairs: Repair[] = [];
  const lines = splitLines(new TextDecoder().decode(bytes)).map((text, index) => {
    const misreadings = findMisreadings(text);
    for (const { index: at, from, to } of misreadings)
      repairs.push({ line: index + 1, column: at + 1, from, to });
    return undoMisreadings(text, misreadings);
  });
  const repaired = { name: path, bytes: new TextEncoder().encode(lines.join('\n')) };
  const source: LogSource = { path, isFolder: false, files: [repaired] };
  const blocks = blocksOf(lines);
  const isProse = (text: string, index: number): boolean => blocks[index] !== 'code' && !text.startsWith('#');
  const proseLines = new Set(lines.flatMap((text, index) => (isProse(text, index) ? [index + 1] : [])));
  const reading = { ...settings, proseLines };
  const runs = readRuns(source, reading, needsRuns);
  const format = formatOf(source, reading);
  const classified = classify({ lines, blocks, runs, settings, format, conditionsOf });
  const count = (kind: LineKind): number => classified.filter((line) => line.kind === kind).length;
  const document = {
    path,
    sha256: sha256Of(bytes),
    lines: classified,
    accounting: Object.fromEntries(LINE_KINDS.map((kind) => [kind, count(kind)])) as Record<LineKind, number>,
    repairs,
  };
  return { document, runs, format };
}

function readRuns(source: LogSource, settings: ReadSettings, needsRuns: boolean): Run[] {
  try {
    return readSource(source, settings);
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

interface Facts {
  readonly lines: readonly string[];
  readonly blocks: readonly (Block | undefined)[];
  readonly runs: readonly Run[];
  readonly settings: ReadSettings;
  readonly format: LogFormat;
  readonly conditionsOf: ConditionsOf;
}

function classify({ lines, blocks, runs, settings, format, conditionsOf }: Facts): DocumentLine[] {
  const linesOfRuns = runs.map(numberLines);
  const parsed = new Set(linesOfRuns.flat());
  const ofSettings = new Set(runs.flatMap(({ stated }) => stated.settingLines ?? []));
  const faults = new Map(
    runs.flatMap(({ faults }) =>
      faults.flatMap(({ check, line, message }) => (check === 'format' ? [[line, message] as const] : [])),
    ),
  );
  const startsOfRuns = new Map(
    runs.flatMap((run, i) => {
      const conditions = conditionsOf(run);
      return [run.source.line, linesOfRuns[i].at(0)].map((line) => [line, conditions] as const);
    }),
  );
  const headings = lines.map((text, index) => {
    const heading = headingOf(text, settings.conditions);
    // In code it is a comment, unless it is what a log says of its run.
    return blocks[index] === 'code' && !heading?.isOfRun ? undefined : heading;
  });
  const logs = fencesWith(blocks, (index) => parsed.has(index + 1));
  const isOfLog = (index: number): boolean => parsed.has(index + 1) || faults.has(index + 1);
  const sections = sectionsOf(lines, headings, isOfLog, blocks);
  const tables = new Set(
    sections.flatMap(({ kind, start, end }) =>
      kind === 'verdict'
        ? linesOfTable(
            lines.slice(start, end).map((text, i) => ({ line: start + i + 1, text })),
            settings.conditions,
          )
        : [],
    ),
  );
  // Where runs differ by nothing, every line is about all of them.
  const outside: Conditions | undefined = settings.conditions.length === 0 ? {} : undefined;
  let [section] = sections;
  let conditions = outside;
  let runLevel = DEEPEST_OF_RUNS;
  let next = 1;
  return lines.map((text, index): DocumentLine => {
    const line = index + 1;
    const heading = headings[index];
    if (startsOfRuns.has(line)) conditions = startsOfRuns.get(line);
    if (heading !== undefined) {
      section = sections[next++];
      const { level, isOfRun } = heading;
      if (isOfRun || section.hasLog) runLevel = Math.min(level, DEEPEST_OF_RUNS);
      if (isOfRun) conditions = startsOfRuns.has(line) ? conditions : heading.conditions;
      // Deeper headings belong to the run above them.
      else if (level <= runLevel) conditions = outside;
      return { line, kind: 'heading', text, ...(conditions && { conditions }) };
    }
    const at = { line, text, ...(conditions && { conditions }) };
    const fault = faults.get(line);
    if (fault !== undefined) return { ...at, kind: 'not understood', reason: fault };
    if (parsed.has(line)) return { ...at, kind: 'run' };
    const block = blocks[index];
    if (DECORATION.test(text) || block === 'fence' || block === 'delimiter')
      return { ...at, kind: 'decoration' };
    if (tables.has(line)) return { ...at, kind: 'verdict' };
    const isLogLine = ofSettings.has(line) || format.isLogLine?.(text) === true;
    if (isLogLine && (section.hasLog || section.kind === 'run' || section.kind === 'preface'))
      return { ...at, kind: 'run' };
    const reason = whyUnplaced(section, index, block === 'code' && logs.has(index), block !== undefined);
    if (reason !== undefined) return { ...at, kind: 'not understood', reason };
    return { ...at, kind: kindOfBlock(block) ?? 'claim' };
  });
}

/** What stands below a heading, up to the next one. */
interface Section {
  readonly kind: 'preface' | 'run' | 'prose' | 'verdict';
  /** Its first line, and that behind its last one, from 0. */
  readonly start: number;
  readonly end: number;
  /** Whether lines of a log are in it. */
  readonly hasLog: boolean;
  /** The first and the last of those that stand in no fence, from 0. */
  readonly bareLog?: readonly [first: number, last: number];
}

function sectionsOf(
  lines: readonly string[],
  headings: readonly (Heading | undefined)[],
  isOfLog: (index: number) => boolean,
  blocks: readonly (Block | undefined)[],
): Section[] {
  const starts = [-1, ...headings.flatMap((heading, index) => (heading === undefined ? [] : [index]))];
  return starts.map((at, i) => {
    const [start, end] = [at + 1, starts[i + 1] ?? lines.length];
    const logLines = Array.from({ length: end - start }, (_, n) => start + n).filter(isOfLog);
    const bare = logLines.filter((index) => blocks[index] !== 'code');
    return {
      kind:
        at < 0 ? 'preface' : headings[at]?.isOfRun ? 'run' : /verdict/i.test(lines[at]) ? 'verdict' : 'prose',
      ...{ start, end },
      hasLog: logLines.length > 0,
      ...(bare.length > 0 && { bareLog: [bare[0], bare[bare.length - 1]] }),
    };
  });
}

/** A heading of the third level belongs to the run above it, even where the run's own is as deep. */
const DEEPEST_OF_RUNS = 2;
/** Nothing but blanks and the strokes that rules and tables are drawn with. */
const DECORATION = /^[\s\-=_*~|+─-╿]*$/;

/** The lines of the fences in which one is of a kind. */
function fencesWith(
  blocks: readonly (Block | undefined)[],
  isMeant: (index: number) => boolean,
): Set<number> {
  const found = new Set<number>();
  let start = 0;
  for (const [index, block] of [...blocks, undefined].entries()) {
    if (block === 'code') continue;
    const fence = Array.from({ length: index - start }, (_, i) => start + i);
    if (fence.some(isMeant)) for (const line of fence) found.add(line);
    start = index + 1;
  }
  return found;
}

/** Of what is no sentence wherever it stands. */
function kindOfBlock(block: Block | undefined): LineKind | undefined {
  if (block === 'column heading') return 'heading';
  if (block === 'row') return 'table';
  return block === 'code' ? 'code' : undefined;
}

/** Of all numbers of a run, in their order. */
function numberLines({ series, stated }: Run): number[] {
  const points = [...Object.values(series).flat(), ...Object.values(stated.final ?? {})];
  return points.flatMap(({ line }) => line ?? []).sort((a, b) => a - b);
}

/** Of a line within a log that is none of it; undefined of a line that may be a sentence. */
function whyUnplaced(
  { kind, bareLog }: Section,
  index: number,
  isInFenceOfLog: boolean,
  isInBlock: boolean,
): string | undefined {
  const isWithin = bareLog !== undefined && index > bareLog[0] && index < bareLog[1];
  if (kind === 'run' && (isInFenceOfLog || (isWithin && !isInBlock)))
    return 'is in a run, but is not a line of a log';
  return kind === 'preface' && bareLog !== undefined && !isInBlock ? 'is under no heading' : undefined;
}
