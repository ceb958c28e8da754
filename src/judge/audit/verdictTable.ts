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
): { table: VerdictTable; strangers: number[] } | undefined {
  const candidates = lines.filter(({ kind }) => kind === 'verdict');
  const header = candidates.find(({ text }) => lrsIn(text).length > 1);
  if (header === undefined) return undefined;
  const lrs = lrsIn(header.text);
  const rows: VerdictRow[] = [];
  const strangers: number[] = [];
  for (const { line, text } of candidates) {
    const row = line === header.line ? starRow(header, lrs) : readRow(line, text, lrs);
    if (row !== undefined) rows.push(judgeRow(row, runs, askSeeds));
    else if (line !== header.line) strangers.push(line);
  }
  return { table: { lrs, rows }, strangers };
}

interface ReadRow {
  readonly line: number;
  readonly name: string;
  readonly cells: readonly Pick<VerdictCell, 'lr' | 'reported' | 'emoji'>[];
}

function lrsIn(text: string): number[] {
  return [...text.matchAll(/\blr\s*=\s*(\d*\.?\d+(?:e[+-]?\d+)?)/gi)].map(([, lr]) => Number(lr));
}

/** An emoji with what makes it one: a variation selector, joined parts. */
const EMOJI = /\p{Extended_Pictographic}\ufe0f?(?:\u200d\p{Extended_Pictographic}\ufe0f?)*/gu;

/** The name of a row, and a cell for each learning rate; where the columns have slid, emoji stand at the cell before their own. */
function readRow(line: number, text: string, lrs: readonly number[]): ReadRow | undefined {
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
  };
}

/** Quoted, or divided by two blanks, a TAB or a stroke. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|[^\s"|]+(?:[ \u00a0](?![ \u00a0])[^\s"|]+)*/g)].map(
    ([whole, quoted]) => quoted ?? whole,
  );
}

export const STAR_ROW = '⭐';

/** The mark in the header: a row of its own. Where it stands between two columns, it stands at the column whose name it touches. */
function starRow({ line, text }: DocumentLine, lrs: readonly number[]): ReadRow | undefined {
  const at = text.indexOf(STAR_ROW);
  if (at < 0) return undefined;
  const before = lrsIn(text.slice(0, at)).length;
  const touchesNext = /^\ufe0f?lr/.test(text.slice(at + STAR_ROW.length));
  const column = touchesNext ? before : before - 1;
  return {
    line,
    name: STAR_ROW,
    cells: lrs.map((lr, index) => ({ lr, reported: index === column ? STAR_ROW : '' })),
  };
}

function judgeRow({ line, name, cells }: ReadRow, runs: readonly RunView[], askSeeds: AskSeeds): VerdictRow {
  const rule = VERDICT_RULES.find((rule) => rule.row.test(name));
  if (rule === undefined) return { line, name, cells };
  return {
    line,
    name,
    rule: rule.words,
    cells: cells.map((cell): VerdictCell => {
      const of = (runs: readonly RunView[]): ReturnType<VerdictRule['compute']> => {
        const own = runs.find(({ lr }) => lr === cell.lr);
        return own && rule.compute(own, runs);
      };
      const computed = of(runs);
      if (computed === undefined) return cell;
      const said = rule.meaning?.(cell.reported) ?? cell.reported;
      return {
        ...cell,
        computed: computed.word,
        because: computed.because,
        agrees: computed.word === said,
        seeds: askSeeds((runs) => of(runs)?.word === said),
      };
    }),
  };
}
