import type { Chance } from '../judge/collapse';
import type { AskSeeds } from './seeds';
import type { DocumentLine, RunView, VerdictCell, VerdictRow, VerdictTable } from './types';
import { VERDICT_RULES, type VerdictRule } from './verdictRules';

/**
 * The verdict table of a document, each cell beside what the rules make of the runs.
 *
 * @param lines of the document, repaired
 * @param runs of the document
 * @returns undefined when there is no table: no line of a verdict section names learning rates. With it, the lines that are no rows.
 */
export function judgeVerdictTable(
  lines: readonly DocumentLine[],
  runs: readonly RunView[],
  askSeeds: AskSeeds,
  chance: Chance,
): { table: VerdictTable; strangers: number[] } | undefined {
  const candidates = lines.filter(({ kind }) => kind === 'verdict');
  const header = candidates.find(({ text }) => lrsIn(text).length > 1);
  if (header === undefined) return undefined;
  const lrs = lrsIn(header.text);
  const read = candidates.map(({ line, text }) => ({
    line,
    row: line === header.line ? undefined : readRow(line, text, lrs),
  }));
  const words = read.flatMap(({ row }) => row ?? []);
  const star = starRow(
    header,
    lrs,
    words.some(({ hasSlid }) => hasSlid),
  );
  const rows = [...(star === undefined ? [] : [star]), ...words].sort((a, b) => a.line - b.line);
  return {
    table: { lrs, rows: rows.map((row) => judgeRow(row, runs, askSeeds, chance)) },
    strangers: read.flatMap(({ line, row }) => (row === undefined && line !== header.line ? [line] : [])),
  };
}

interface ReadRow {
  readonly line: number;
  readonly name: string;
  readonly cells: readonly Pick<VerdictCell, 'lr' | 'reported' | 'emoji'>[];
  /** Why it cannot be told what is reported. */
  readonly unclear?: string;
}

/** A row of words. */
interface WordsRow extends ReadRow {
  /** Whether the emoji of the first cell stands at the name of the row. */
  readonly hasSlid: boolean;
}

function lrsIn(text: string): number[] {
  return [...text.matchAll(/\blr\s*=\s*(\d*\.?\d+(?:e[+-]?\d+)?)/gi)].map(([, lr]) => Number(lr));
}

/** An emoji with what makes it one: a variation selector, joined parts. */
const EMOJI = /\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*/gu;

/** The name of a row, and a cell for each learning rate; where the columns have slid, emoji stand at the cell before their own. */
function readRow(line: number, text: string, lrs: readonly number[]): WordsRow | undefined {
  const emoji = text.match(EMOJI) ?? [];
  const words = wordsOf(text.replace(EMOJI, '   '));
  if (words.length !== lrs.length + 1) return undefined;
  const [name, ...cells] = words;
  // One for each cell, in their order; of fewer it is not known whose they are.
  const own = emoji.length === cells.length ? emoji : [];
  return {
    line,
    name,
    cells: cells.map((reported, index) => ({ lr: lrs[index], reported, emoji: own[index] })),
    hasSlid: own.length > 0 && text.trimStart().startsWith(name + own[0]),
  };
}

/** Quoted, or divided by two blanks, a TAB or a stroke. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|[^\s"|]+(?:[ \u00a0](?![ \u00a0])[^\s"|]+)*/g)].map(
    ([whole, quoted]) => quoted ?? whole,
  );
}

export const STAR_ROW = '⭐';

/** The mark in the header: a row of its own. */
function starRow(
  { line, text }: DocumentLine,
  lrs: readonly number[],
  hasSlid: boolean,
): ReadRow | undefined {
  const at = text.indexOf(STAR_ROW);
  if (at < 0) return undefined;
  const [before, after] = [text.slice(0, at), text.slice(at + STAR_ROW.length)];
  const next = lrsIn(before).length;
  const columns = [next - 1, next].filter((column) => column in lrs);
  const told = columns.length === 1 ? columns[0] : columnOf(before, after, columns, hasSlid);
  const row = { line, name: STAR_ROW };
  if (told !== undefined)
    return { ...row, cells: lrs.map((lr, i) => ({ lr, reported: i === told ? STAR_ROW : '' })) };
  const why = hasSlid
    ? ', in a table whose columns have slid: an emoji stands at the cell before its own'
    : '';
  return {
    ...row,
    cells: lrs.map((lr, i) => ({ lr, reported: columns.includes(i) ? `${STAR_ROW}?` : '' })),
    unclear: `it stands between ${columns.map((i) => `lr ${lrs[i]}`).join(' and ')}${why}`,
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
  runs: readonly RunView[],
  askSeeds: AskSeeds,
  chance: Chance,
): VerdictRow {
  const rule = VERDICT_RULES.find((rule) => rule.row.test(name));
  if (rule === undefined) return { line, name, cells };
  return {
    line,
    name,
    rule: rule.words,
    ...(unclear !== undefined && { unclear }),
    cells: cells.map((cell): VerdictCell => {
      const of = (runs: readonly RunView[]): ReturnType<VerdictRule['compute']> => {
        const [own, ...more] = runs.filter(({ lr }) => lr === cell.lr);
        return own === undefined || more.length > 0 ? undefined : rule.compute(own, runs, chance);
      };
      const computed = of(runs);
      if (computed === undefined) return cell;
      const { word: computedWord, because } = computed;
      if (unclear !== undefined) return { ...cell, computed: computedWord, because };
      const said = rule.meaning?.(cell.reported) ?? cell.reported;
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
