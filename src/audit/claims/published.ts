import { conditionsOf } from '../../run/recordedRun';
import { sameConditions } from '../../run/run';
import { pythonFloat } from '../../base/printf';
import type { RunRecord } from '../../run/record';
import type { ClaimsFile, PublishedWhat } from './claim';

/** What of a run can be published to its last digit: digests, and the accuracy as Python prints correct / total. */
const VALUES: Readonly<Record<PublishedWhat, (record: RunRecord) => string | undefined>> = {
  'initial weights': ({ initialWeightsSha256 }) => initialWeightsSha256,
  'trained weights': ({ finalWeightsSha256 }) => finalWeightsSha256,
  'test logits': ({ logitsSha256 }) => logitsSha256,
  accuracy: ({ epochs }) => {
    const last = epochs.at(-1);
    return last && pythonFloat(last.correctCount / last.testCount);
  },
};

/** A value that was published, and what a run of ours has in its place. */
export interface PublishedValue {
  readonly what: PublishedWhat;
  readonly published: string;
  /** Missing of a run that did not come to it. */
  readonly computed?: string;
  /** To the last digit. */
  readonly isAsPublished: boolean;
}

export function publishedValue(what: PublishedWhat, published: string, record: RunRecord): PublishedValue {
  const computed = VALUES[what](record);
  return {
    what,
    published,
    ...(computed !== undefined && { computed }),
    isAsPublished: computed === published,
  };
}

/** All that claims say was published of the runs of a record's conditions, in their order. */
export function publishedValues({ claims }: ClaimsFile, record: RunRecord): PublishedValue[] {
  return claims.flatMap(({ conditions, predicates }) =>
    predicates.flatMap((predicate) =>
      sameConditions(conditions, conditionsOf(record)) && predicate.predicate === 'published'
        ? [publishedValue(predicate.what, predicate.value, record)]
        : [],
    ),
  );
}

/** Whether a document with these claims has no log of a run to be judged: it says what values came out, and no more. */
export function isOfValuesAlone({ claims }: ClaimsFile): boolean {
  const predicates = claims.flatMap(({ predicates }) => predicates.map(({ predicate }) => predicate));
  return (
    predicates.includes('published') &&
    predicates.every((predicate) => predicate === 'published' || predicate === 'figurative')
  );
}
