import { sameConditions, type Point } from '../../run/run';
import type { DocumentLine } from '../types';
import type { Bound, Claim } from './claim';

/** A number of a sentence: it stands for every number that is rounded to it. */
export type PrintedNumber = Required<Pick<Point, 'value' | 'decimals'>>;

/** Where a claim's sentence stands, and the numbers that the document has in it. */
export interface FoundSentence {
  readonly line: number;
  /** As the document has it: its numbers may be others than those of the claim. */
  readonly text: string;
  /** What the document has in the place of a number of the quote. */
  readonly numberInPlaceOf: (quoted: string) => PrintedNumber;
  /** The same as it is written. */
  readonly textInPlaceOf: (quoted: string) => string;
}

/** A digest is one number, too. */
const NUMBER = /\b[0-9a-f]{64}\b|\d+(?:\.\d+)?/g;

/**
 * Finds the sentence of a claim, or the row of a table, in its section. Numbers that the claim's predicates judge may be others than in the quote: those of the
 * document are judged. A sentence with other words or with others of its numbers is another sentence.
 */
export function findSentence(lines: readonly DocumentLine[], claim: Claim): FoundSentence | undefined {
  const quoted = numbersIn(claim.quote);
  const judged = new Set(judgedNumbers(claim));
  for (const { line, text, conditions, kind } of lines) {
    if ((kind !== 'claim' && kind !== 'table') || wordsOf(text) !== wordsOf(claim.quote)) continue;
    if (conditions === undefined || !sameConditions(conditions, claim.conditions)) continue;
    const said = numbersIn(text);
    if (quoted.some((number, i) => number !== said[i] && !judged.has(number))) continue;
    const textInPlaceOf = (number: string): string => said[quoted.indexOf(number)];
    return {
      line,
      text: withoutMark(text),
      textInPlaceOf,
      numberInPlaceOf: (number) => printed(textInPlaceOf(number)),
    };
  }
  return undefined;
}

/** The numbers of a quote that its predicates refer to. */
export function judgedNumbers({ predicates }: Claim): string[] {
  return predicates.flatMap((predicate) => {
    switch (predicate.predicate) {
      case 'value':
        return [predicate.number];
      case 'published':
        return [predicate.value];
      case 'at-least':
      case 'at-most':
        return textsOf(predicate.bound);
      case 'between':
      case 'range':
        return textsOf(predicate.lower, predicate.upper);
      default:
        return [];
    }
  });
}

/** Those that stand in the quote. */
function textsOf(...bounds: readonly Bound[]): string[] {
  return bounds.filter((bound) => typeof bound === 'string');
}

export function numbersIn(text: string): string[] {
  return text.match(NUMBER) ?? [];
}

/** All but the numbers, without the mark of a list. */
function wordsOf(text: string): string {
  return withoutMark(text).replace(NUMBER, '#').replace(/\s+/g, ' ');
}

/** Without the mark of a list, and blanks around it. */
function withoutMark(text: string): string {
  return text.replace(/^\s*[-*•]\s*/, '').trim();
}

function printed(number: string): PrintedNumber {
  return { value: Number(number), decimals: number.split('.')[1]?.length ?? 0 };
}
