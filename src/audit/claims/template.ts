import type { Audit, ClaimsJudgement } from '../types';
import type { ClaimsFile } from './claim';

/**
 * The sentences of a document, and rows of its tables, that no claim stands for, as a file of claims that says nothing of them yet. It is refused as long as a
 * sentence in it has no reading and no predicate: what nobody has read is not judged.
 */
export function claimsTemplate({ document, claims }: Pick<Audit, 'document' | 'claims'>): ClaimsFile {
  const ofLine = new Map(document.lines.map((line) => [line.line, line]));
  return {
    document: document.path,
    claims: unclaimedOf(claims).map(({ line, text }) => ({
      id: `line-${line}`,
      conditions: ofLine.get(line)?.conditions ?? {},
      quote: text.trim(),
      reading: '',
      predicates: [],
    })),
  };
}

/** Sentences and rows in the order of the document. */
export function unclaimedOf({ unclaimed, unclaimedRows }: ClaimsJudgement): ClaimsJudgement['unclaimed'] {
  return [...unclaimed, ...unclaimedRows].sort((a, b) => a.line - b.line);
}
