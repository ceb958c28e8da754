import { valueOf } from '../logs/heading';
import { conditionsText, sameConditions, type Conditions, type ConditionValue } from '../run/run';
import type { Condition } from '../study/types';
import type { AskSeeds } from './seeds';
import type { JudgingTerms } from './terms';
import type { DocumentLine, RunNumbers, VerdictCell, VerdictRow, VerdictTable } from './types';
import { computeRule, meaningOf, ruleOf, type ComputedWord, type VerdictRules } from './verdictRules';

/**
 * The verdict table of a document, each cell beside what the rules make of the runs.
 *
 * @param lines of the document, repaired
 * @param runs of the document
 * @returns undefined when there is no table
 */
export function judgeVerdictTable(
  lines: readonly DocumentLine[],
  runs: readonly RunNumbers[],
  askSeeds: AskSeeds,
  terms: JudgingTerms,
): VerdictTable | undefined {
  const read = readTable(
    lines.filter(({ kind }) => kind === 'verdict'),
    terms.conditions,
  );
  if (read === undefined) return undefined;
  const { header, columns, words } = read;
  const columnsIn = columnReader(terms.conditions);
  const hasSlid = words.some((row) => row.hasSlid);
  const marked = marksOf(terms.rules).flatMap((mark) => markRow(mark, header, columnsIn, hasSlid) ?? []);
  const rows = [...marked, ...words].sort((a, b) => a.line - b.line);
  const { note } = terms.rules ?? {};
  return {
    columns,
    ...(note !== undefined && { note }),
    rows: rows.map((row) => judgeRow(row, runs, askSeeds, terms)),
  };
}

/** A line of a document, from 1. */
type Line = Pick<DocumentLine, 'line' | 'text'>;

/** Of the lines of a verdict section, those of its table: what else stands there is no verdict that a rule could compute. */
export function linesOfTable(lines: readonly Line[], known: readonly Condition[]): number[] {
  const read = readTable(lines, known);
  return read === undefined ? [] : [read.header.line, ...read.words.map(({ line }) => line)];
}

function readTable(
  lines: readonly Line[],
  known: readonly Condition[],
): { readonly header: Line; readonly columns: Conditions[]; readonly words: WordsRow[] } | undefined {
  const header = lines.find(({ text }) => isHeader(text, known));
  if (header === undefined) return undefined;
  const columns = columnReader(known)(header.text);
  const words = lines.flatMap(({ line, text }) =>
    line === header.line ? [] : (readRow(line, text, columns) ?? []),
  );
  return { header, columns, words };
}

interface ReadRow {
  readonly line: number;
  readonly name: string;
  readonly cells: readonly Pick<VerdictCell, 'conditions' | 'reported' | 'emoji'>[];
  /** Why it cannot be told what is reported. */
  readonly unclear?: string;
}

/** A row of words. */
interface WordsRow extends ReadRow {
  /** Whether the emoji of the first cell stands at the name of the row. */
  readonly hasSlid: boolean;
}

type ColumnsIn = (text: string) => Conditions[];

/** Reads `lr=0.001`, or `lr=0.001, batch=32`: the conditions of each column that a text names. */
function columnReader(known: readonly Condition[]): ColumnsIn {
  if (known.length === 0) return () => [];
  const column = columnPattern(known);
  return (text) =>
    (text.match(column) ?? []).flatMap((said) => {
      const named = said.split(',').flatMap((part): (readonly [string, ConditionValue])[] => {
        const [name, given] = part.split('=').map((word) => word.trim());
        const condition = known.find((known) => known.name.toLowerCase() === name.toLowerCase());
        const value = condition && valueOf(given, condition);
        return condition === undefined || value === undefined ? [] : [[condition.name, value]];
      });
      return named.length === 0 ? [] : [Object.fromEntries(named)];
    });
}

function columnPattern(known: readonly Condition[]): RegExp {
  const names = known.map(({ name }) => name.replaceAll('.', '\\.')).join('|');
  return new RegExp(`\\b(?:${names})\\s*=\\s*[\\w.+-]+(?:,\\s*(?:${names})\\s*=\\s*[\\w.+-]+)*`, 'gi');
}

/** A line that names two columns or more, and nothing else but what the rows are: a sentence that names two has words beside them. */
function isHeader(text: string, known: readonly Condition[]): boolean {
  if (columnReader(known)(text).length < 2) return false;
  const [before, ...between] = text.split(columnPattern(known));
  return !/\d/.test(before) && between.every((rest) => !/[\p{L}\p{N}]/u.test(rest));
}

/** An emoji with what makes it one: a variation selector, joined parts. */
const EMOJI = /\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*/gu;

/** The name of a row, and a cell for each column; where the columns have slid, emoji stand at the cell before their own. */
function readRow(line: number, text: string, columns: readonly Conditions[]): WordsRow | undefined {
  const emoji = text.match(EMOJI) ?? [];
  const words = wordsOf(text.replace(EMOJI, '   '));
  if (words.length !== columns.length + 1) return undefined;
  const [name, ...cells] = words;
  // One for each cell, in their order; of fewer it is not known whose they are.
  const own = emoji.length === cells.length ? emoji : [];
  return {
    line,
    name,
    cells: cells.map((reported, index) => ({ conditions: columns[index], reported, emoji: own[index] })),
    hasSlid: own.length > 0 && text.trimStart().startsWith(name + own[0]),
  };
}

/** Quoted, or divided by two blanks, a TAB or a stroke. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|[^\s"|]+(?:[ \u00a0](?![ \u00a0])[^\s"|]+)*/g)].map(
    ([whole, quoted]) => quoted ?? whole,
  );
}

/** Names of rows that are a mark in the header. */
function marksOf(rules: VerdictRules | undefined): string[] {
  return (rules?.rules ?? []).flatMap(({ rule, row }) => (rule === 'best' ? [row] : []));
}

/** A mark in the header: a row of its own. */
function markRow(
  mark: string,
  { line, text }: Line,
  columnsIn: ColumnsIn,
  hasSlid: boolean,
): ReadRow | undefined {
  const at = text.indexOf(mark);
  if (at < 0) return undefined;
  const columns = columnsIn(text);
  const [before, after] = [text.slice(0, at), text.slice(at + mark.length)];
  const next = columnsIn(before).length;
  const near = [next - 1, next].filter((column) => column in columns);
  const told = near.length === 1 ? near[0] : columnOf(before, after, near, hasSlid);
  const row = { line, name: mark };
  const cellsOf = (reported: (column: number) => string): ReadRow['cells'] =>
    columns.map((conditions, i) => ({ conditions, reported: reported(i) }));
  if (told !== undefined) return { ...row, cells: cellsOf((i) => (i === told ? mark : '')) };
  const why = hasSlid
    ? ', in a table whose columns have slid: an emoji stands at the cell before its own'
    : '';
  return {
    ...row,
    cells: cellsOf((i) => (near.includes(i) ? `${mark}?` : '')),
    unclear: `it stands between ${near.map((i) => conditionsText(columns[i])).join(' and ')}${why}`,
  };
}

/** Of the columns on both sides of the mark, the one that it stands in, or whose name it touches; undefined where that does not tell. */
function columnOf(
  before: string,
  after: string,
  [left, right]: readonly number[],
  hasSlid: boolean,
): number | undefined {
  const startsCell = /\|\s*$/.test(before);
  const endsCell = /^\ufe0f?\s*\|/.test(after);
  if (startsCell !== endsCell) return startsCell ? right : left;
  const touchesLeft = /\S$/.test(before);
  const touchesRight = /^\ufe0f?\S/.test(after);
  if (hasSlid || touchesLeft === touchesRight) return undefined;
  return touchesLeft ? left : right;
}

function judgeRow(
  { line, name, cells, unclear }: ReadRow,
  runs: readonly RunNumbers[],
  askSeeds: AskSeeds,
  terms: JudgingTerms,
): VerdictRow {
  const rule = ruleOf(terms.rules, name);
  if (rule === undefined) return { line, name, cells };
  return {
    line,
    name,
    rule: rule.explanation,
    ...(unclear !== undefined && { unclear }),
    cells: cells.map((cell): VerdictCell => {
      const of = (runs: readonly RunNumbers[]): ComputedWord | undefined => {
        const [own, ...more] = runs.filter(({ conditions }) => sameConditions(conditions, cell.conditions));
        return own === undefined || more.length > 0 ? undefined : computeRule(rule, own, runs, terms);
      };
      const computed = of(runs);
      if (computed === undefined) return cell;
      const { word: computedWord, because } = computed;
      if (unclear !== undefined) return { ...cell, computed: computedWord, because };
      const said = meaningOf(rule, cell.reported);
      return {
        ...cell,
        computed: computedWord,
        because,
        agrees: computedWord === said,
        seeds: askSeeds((runs) => of(runs)?.word === said),
      };
    }),
  };
}
