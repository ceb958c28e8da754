import { schemaOf } from '../../base/schema';
import type { Conditions } from '../../run/run';

/** What the sentences of a document claim, in terms that runs can be compared with: `claims.json` of a study. */
export interface ClaimsFile {
  /** The document that the sentences are from. */
  readonly document: string;
  readonly claims: readonly Claim[];
}

/** A sentence and how it is read. It holds when each of its predicates does. */
export interface Claim {
  readonly id: string;
  /** Of the section that the sentence stands in: whose run it is about. */
  readonly conditions: Conditions;
  /** The sentence as it stands, whatever its numbers are. */
  readonly quote: string;
  /** How it is read, in words. */
  readonly reading: string;
  readonly predicates: readonly Predicate[];
}

export type Direction = 'rises' | 'falls';

/** What is compared of runs: a metric that is told per epoch, or what it gains; how widely one that is told per step is spread. */
export interface Measure {
  readonly metric: string;
  /** Left out: the metric itself. */
  readonly of?: 'gain' | Spread;
  /** Left out: the last; of a spread, that with the greatest after the first. */
  readonly epoch?: number;
}

export type Spread = 'range' | 'standard deviation';

/** As the quote has it: what the document has in its place counts. Or any other number. */
export type Bound = string | number;

interface OfMetric {
  /** Its name. */
  readonly metric: string;
}

interface OfEpoch extends OfMetric {
  /** Left out: the last. */
  readonly epoch?: number;
}

/** What of a run can be equal to the last digit; see `published.ts`. */
export type PublishedWhat = 'initial weights' | 'trained weights' | 'test logits' | 'accuracy';

/** Each is defined in docs/claims.md. Numbers that stand in the quote are written as there: what the document has in their place counts. */
export type Predicate =
  | ({ readonly predicate: 'value'; readonly epoch: number; readonly number: string } & OfMetric)
  | ({ readonly predicate: 'at-least'; readonly bound: Bound } & OfEpoch)
  | ({ readonly predicate: 'at-most'; readonly bound: Bound } & OfEpoch)
  | ({ readonly predicate: 'between'; readonly lower: Bound; readonly upper: Bound } & OfEpoch)
  | ({ readonly predicate: 'range'; readonly lower: string; readonly upper: string } & OfMetric)
  | ({
      readonly predicate: 'each-epoch';
      readonly direction: Direction;
      /** Steps the other way by so many samples do not count against it. */
      readonly withinSamples?: number;
    } & OfMetric)
  | ({ readonly predicate: 'overall'; readonly direction: Direction } & OfMetric)
  | ({ readonly predicate: 'in-epoch'; readonly epoch: number; readonly direction: Direction } & OfMetric)
  | ({ readonly predicate: 'repeatedly'; readonly direction: Direction; readonly times: number } & OfMetric)
  | ({ readonly predicate: 'best-last' } & OfMetric)
  | ({ readonly predicate: 'extreme'; readonly extreme: 'greatest' | 'smallest' } & Measure)
  | { readonly predicate: 'rule'; readonly row: string; readonly word: string }
  | ({
      readonly predicate: 'longer';
      readonly value: number;
      readonly epochs: { readonly from: number; readonly to: number };
    } & OfMetric)
  | { readonly predicate: 'published'; readonly what: PublishedWhat; readonly value: string }
  | { readonly predicate: 'figurative'; readonly because: string };

const schema = schemaOf<ClaimsFile>('claims', 'claims-invalid');

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `claims-invalid`
 */
export function parseClaims(text: string, where: string): ClaimsFile {
  return schema.parse(text, where);
}
