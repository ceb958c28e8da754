import type { Audit } from './types';

/** The verdict in plain words: a paragraph on each question that a reader of the report has. */
export function summaryOf({ findings, numbers, reproduction, claims }: Omit<Audit, 'summary'>): string[] {
  const arithmetic = findings.filter(({ group }) => group === 'arithmetic' || group === 'protocol').length;
  return [
    arithmetic === 0
      ? `The ${numbers.length} numbers of the report agree with each other.`
      : `The numbers of the report contradict each other in ${arithmetic} places.`,
    `Do they reproduce? ${reproduction.reason}.`,
    `${claims.judged.length} claims were judged, ${claims.unclaimed.length} sentences were not.`,
  ];
}
