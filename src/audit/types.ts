import type { CollapseShare } from '../judge/collapse';
import type { Interval } from '../statistics/conformal';
import type { LogJudgement } from '../judge/check';
import type { CheckName } from '../judge/check/finding';
import type { Verdict } from '../judge/verdict';
import type { NumberName } from '../logs';
import type { Conditions, Finding, Run, Stated } from '../run/run';
import type { Condition, Metric } from '../study/types';
import type { Claim } from './claims/claim';

/**
 * What an audit of a report finds: plain data, the same for the terminal, for JSON, JUnit, Markdown and HTML. Lines are 1-based and
 * those of the document.
 */
export interface Audit {
  readonly document: AuditedDocument;
  /** The terms that all of it is said in. */
  readonly study: StudyTerms;
  /** `pass` when no finding was made, no claim is less than held, and no run is outside its band. */
  readonly verdict: Extract<Verdict, 'pass' | 'fail' | 'inconclusive'>;
  /** What was not judged, in words: `3 sentences`. Without any finding the audit is `inconclusive` then. */
  readonly unjudged: readonly string[];
  /** The verdict in words, for a reader of the report: a paragraph on each question. */
  readonly summary: readonly string[];
  readonly runs: readonly AuditedRun[];
  /** What is wrong on a line, whatever the reason: format, arithmetic, protocol, numbers and sentences. By line. */
  readonly findings: readonly AuditFinding[];
  /** Every number of the document's runs, in its order. */
  readonly numbers: readonly JudgedNumber[];
  readonly claims: ClaimsJudgement;
  /** Missing when there is none. */
  readonly seeds?: AskedSeeds;
  readonly inferences: readonly Inference[];
  readonly omissions: readonly Omission[];
  /** Missing when the document has none. */
  readonly verdictTable?: VerdictTable;
  readonly reproduction: Reproduction;
  readonly receipt: Receipt;
}

/** What of a study names the settings and the numbers of its runs. */
export interface StudyTerms {
  readonly conditions: readonly Condition[];
  readonly metrics: readonly Metric[];
}

// ---------------------------------------------------------------- the document

export interface AuditedDocument {
  readonly path: string;
  readonly sha256: string;
  /** Each line of the document once. */
  readonly lines: readonly DocumentLine[];
  /** How many lines of each kind: together, all of them. */
  readonly accounting: Readonly<Record<LineKind, number>>;
  /** Characters that were mis-decoded, and what they are now. */
  readonly repairs: readonly Repair[];
}

export const LINE_KINDS = [
  'run',
  'claim',
  'verdict',
  'table',
  'code',
  'heading',
  'decoration',
  'not understood',
] as const;

/**
 * `table`: a row of a table that is not the verdict table; `code`: fenced, and no line of a log; `heading`: also of columns;
 * `decoration`: empty lines, rules and fences.
 */
export type LineKind = (typeof LINE_KINDS)[number];

export interface DocumentLine {
  readonly line: number;
  readonly kind: LineKind;
  /** Repaired. */
  readonly text: string;
  /** Of the run whose section the line stands in, when they are known. */
  readonly conditions?: Conditions;
  /** Why a line is not understood. */
  readonly reason?: string;
}

/** UTF-8 that was read as Mac Roman. */
export interface Repair {
  readonly line: number;
  /** In UTF-16 units of the line as it was, 1-based. */
  readonly column: number;
  readonly from: string;
  readonly to: string;
}

// ---------------------------------------------------------------- runs and numbers

/** The numbers of a run, and what they are the numbers of: all that claims, rules and charts ask of a run, a document's or ours. */
export type RunNumbers = Pick<Run, 'conditions' | 'series'>;

/** A run of the document as it was judged: what it says of its training was judged, and is not said again. */
export interface AuditedRun extends RunNumbers {
  readonly firstLine: number;
  /** Where the conditions are from; missing when they are not all known. */
  readonly conditionsFrom?: LogJudgement['conditionsFrom'];
  /** Names of the conditions that the document does not state of it. */
  readonly unstated: readonly string[];
  /** What the rules of `assay check` say of it. */
  readonly checks: readonly {
    readonly name: Exclude<CheckName, 'bands'>;
    readonly verdict: Verdict;
  }[];
  /** What is said again at its end, by the name of the metric. */
  readonly final?: Stated['final'];
}

export interface AuditFinding extends Finding {
  readonly line: number;
  readonly group: CheckName | 'claims';
}

/** One number that the document prints. */
export interface JudgedNumber {
  readonly line: number;
  readonly conditions?: Conditions;
  /** Its name. */
  readonly metric: string;
  /** The value of the metric, what was counted for it, or what is said again at the end. */
  readonly what: NumberName['what'];
  /** Missing of what is said again at the end. */
  readonly epoch?: number;
  /** Of what is told per step. */
  readonly step?: number;
  /** Digits as printed. */
  readonly printed: string;
  readonly value: number;
  /** All numbers that print so. A count stands for itself. */
  readonly rounding: Interval;
  /** Whether it agrees with the other numbers of its line and run. */
  readonly arithmetic: Extract<Verdict, 'pass' | 'fail'>;
  readonly reproduction: NumberPlacement;
}

/** Where a number is among those of our runs of its conditions. */
export interface NumberPlacement {
  /** By the band; `no-reference` where there is none, or the run collapsed. */
  readonly verdict: Verdict;
  readonly band?: Interval;
  /** −1 at the lower edge of the band, 0 in the middle, 1 at the upper edge. */
  readonly position?: number;
  /** Share of the seeds with a smaller number, and half of those with the same; of seeds that did not collapse. */
  readonly quantile?: number;
  /** How many seeds that is. */
  readonly of?: number;
}

// ---------------------------------------------------------------- claims

export interface ClaimsJudgement {
  /** The file of claims, as given; missing when there is none, or it is the default one and none of its sentences is there. */
  readonly path?: string;
  /** Claims of the default file whose sentences the document does not have. */
  readonly notFound: readonly Pick<Claim, 'id' | 'conditions' | 'quote'>[];
  readonly judged: readonly JudgedClaim[];
  /** Sentences that no claim stands for: they are not judged. */
  readonly unclaimed: readonly { readonly line: number; readonly text: string }[];
  /** Rows of tables that no claim stands for: they are not judged. */
  readonly unclaimedRows: readonly { readonly line: number; readonly text: string }[];
  /** How many judged claims have each verdict. */
  readonly counts: Readonly<Record<ClaimVerdict, number>>;
}

export const CLAIM_VERDICTS = [
  'holds',
  'partly',
  'contradicted',
  'inconclusive',
  'cannot be judged',
] as const;
export type ClaimVerdict = (typeof CLAIM_VERDICTS)[number];

export interface JudgedClaim {
  readonly id: string;
  /** Where the quote stands; missing when it does not. */
  readonly line?: number;
  /** The sentence as the document has it, which may have other numbers than the file of claims. */
  readonly quote: string;
  /** How the sentence is read, in words. */
  readonly reading: string;
  /** Name of the predicate, as docs/claims.md defines it. */
  readonly predicate: string;
  readonly verdict: ClaimVerdict;
  /** Why, in one sentence with its numbers. */
  readonly because: string;
  readonly supporting: readonly Evidence[];
  readonly against: readonly Evidence[];
  /** Of each predicate. */
  readonly parts: readonly ClaimPart[];
  /** In how many of our seeds all parts hold together that can be asked of a seed; missing when there is none, or nobody to ask. */
  readonly seeds?: SeedShare;
  /** Why `seeds` is missing. */
  readonly noSeeds?: string;
}

/** What one predicate of a claim comes to. */
export interface ClaimPart {
  /** What is judged of the document's run, and counted over our seeds, in words. */
  readonly proposition: string;
  readonly verdict: ClaimVerdict;
  /** Missing of numbers, which are those of one run, and when there is nobody to ask. */
  readonly seeds?: SeedShare;
  /** Of a comparison with several other runs: how often it holds against each alone. */
  readonly rivals?: readonly { readonly conditions: Conditions; readonly seeds: SeedShare }[];
}

/** Something that speaks for or against a claim. */
export interface Evidence {
  /** In the document; missing of what is not from there. */
  readonly line?: number;
  readonly conditions?: Conditions;
  readonly epoch?: number;
  readonly text: string;
}

/** A share of our seeds, with Clopper and Pearson's interval for the share of all seeds. */
export interface SeedShare {
  readonly holds: number;
  readonly of: number;
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
  /** The same of those of which a run collapsed that it depends on: they count, too. */
  readonly collapsed: { readonly holds: number; readonly of: number };
}

/** The seeds that shares are of: those with a run at all conditions of the document's runs. */
export interface AskedSeeds {
  readonly of: number;
  /** Of the intervals. */
  readonly level: number;
  readonly settings: readonly Conditions[];
  /** How many of their runs collapsed, where any did; missing where the study does not say what a guess is. */
  readonly collapsed?: readonly { readonly conditions: Conditions; readonly count: number }[];
}

// ---------------------------------------------------------------- what is not said

/** What the numbers imply, whether or not the report says it. */
export interface Inference {
  readonly what: string;
  /** What it follows from. */
  readonly because: string;
  readonly lines: readonly number[];
}

/** What no line of the report speaks of, though making the runs again, or judging by them, takes it. */
export interface Omission {
  readonly what: string;
  /** What that leaves open, or what is assumed instead. */
  readonly consequence: string;
}

// ---------------------------------------------------------------- the verdict table

export interface VerdictTable {
  /** The conditions of each column, as the header has them. */
  readonly columns: readonly Conditions[];
  /** What agreement with the rules is worth; missing where nobody says. */
  readonly note?: string;
  readonly rows: readonly VerdictRow[];
}

export interface VerdictRow {
  readonly line: number;
  /** As the document names it: `Stability`. */
  readonly name: string;
  /** How it is computed from the runs, in words; missing when there is no rule for such a row. */
  readonly rule?: string;
  /** Why it cannot be told whose the mark of the row is: then nothing of it is judged. */
  readonly unclear?: string;
  /** One per column. */
  readonly cells: readonly VerdictCell[];
}

export interface VerdictCell {
  readonly conditions: Conditions;
  /** Without emoji; with a question mark where the mark of an unclear row may belong. */
  readonly reported: string;
  readonly emoji?: string;
  /** What the rule makes of the document's own run. */
  readonly computed?: string;
  /** The numbers that it is made from. */
  readonly because?: string;
  readonly agrees?: boolean;
  /** In how many seeds the rule gives what is reported. */
  readonly seeds?: SeedShare;
}

// ---------------------------------------------------------------- reproduction

/** Whether the reported numbers are those of runs of this experiment. */
export interface Reproduction {
  /** Of all runs jointly. */
  readonly verdict: Verdict;
  readonly reason: string;
  /** Of the runs jointly: the least of theirs, times their number (Bonferroni). */
  readonly pValue?: number;
  readonly runs: readonly RunPlacement[];
}

export interface RunPlacement {
  readonly conditions?: Conditions;
  readonly firstLine: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly cells: readonly CellPlacement[];
  /** Whether the document tells all epochs of the run. */
  readonly isWhole: boolean;
  /** What became of a whole run; missing where the study does not say what a guess is. */
  readonly outcome?: 'learned' | 'collapsed';
  /** Of our seeds at these conditions, which the document may not mention. */
  readonly collapse?: CollapseShare;
  /**
   * Share of runs (ours and this one) that are as far from the others as this one or farther, by the bands' score: near 0, the reported run
   * is unlike ours. Missing where not all of the run was judged.
   */
  readonly pValue?: number;
}

export interface CellPlacement extends NumberPlacement {
  readonly line: number;
  readonly epoch: number;
  /** Its name. */
  readonly metric: string;
  readonly value: number;
}

// ---------------------------------------------------------------- receipt

/** What the audit was made from, and how to make it again. */
export interface Receipt {
  readonly command: string;
  readonly version: string;
  /** That assay was built from, where it is known. */
  readonly commit?: string;
  readonly inputs: readonly { readonly what: string; readonly path: string; readonly sha256: string }[];
}
