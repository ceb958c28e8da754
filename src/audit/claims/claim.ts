import { schemaOf } from '../../base/schema';
import type { RuleRow } from '../verdictRules';

/** What the sentences of a document claim, in terms that runs can be held against: `claims.json` of a study. */
export interface ClaimsFile {
  /** The document that the sentences are from. */
  readonly document: string;
  readonly claims: readonly Claim[];
}

/** A sentence and how it is read. It holds when each of its predicates does. */
export interface Claim {
  readonly id: string;
  /** Of the section that the sentence stands in: whose run it is about. */
  readonly lr: number;
  /** The sentence as it stands, whatever its numbers are. */
  readonly quote: string;
  /** How it is read, in words. */
  readonly reading: string;
  readonly predicates: readonly Predicate[];
}

export type Metric = 'accuracy' | 'test loss';
export type Direction = 'rises' | 'falls';
export type Measure = Metric | 'gain in accuracy' | 'range of losses' | 'standard deviation of losses';

/** What of a run can be equal to the last digit; see `published.ts`. */
export type PublishedWhat = 'initial weights' | 'trained weights' | 'test logits' | 'accuracy';

/** Each is defined in docs/audit.md. Numbers that stand in the quote are written as there: what the document has in their place counts. */
export type Predicate =
  | { readonly predicate: 'value'; readonly metric: Metric; readonly epoch: number; readonly number: string }
  | { readonly predicate: 'loss-range'; readonly lower: string; readonly upper: string }
  | {
      readonly predicate: 'each-epoch';
      readonly metric: Metric;
      readonly direction: Direction;
      /** Steps the other way by so many images do not count against it. */
      readonly withinImages?: number;
    }
  | { readonly predicate: 'overall'; readonly metric: Metric; readonly direction: Direction }
  | {
      readonly predicate: 'in-epoch';
      readonly metric: Metric;
      readonly epoch: number;
      readonly direction: Direction;
    }
  | {
      readonly predicate: 'repeatedly';
      readonly metric: Metric;
      readonly direction: Direction;
      readonly times: number;
    }
  | { readonly predicate: 'best-last'; readonly metric: Metric }
  | {
      readonly predicate: 'extreme';
      readonly measure: Measure;
      readonly extreme: 'greatest' | 'smallest';
      /** Left out: the last; of a range or a standard deviation, that with the greatest after the first. */
      readonly epoch?: number;
    }
  | { readonly predicate: 'rule'; readonly row: RuleRow; readonly word: string }
  | {
      readonly predicate: 'longer';
      readonly accuracy: number;
      readonly epochs: { readonly from: number; readonly to: number };
    }
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
