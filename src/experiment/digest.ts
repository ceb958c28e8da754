import { sha256Of } from '../base/sha256';
import { canonicalJson } from '../base/canonical';
import type { Experiment } from './types';

/**
 * SHA-256, in hex, of what the bits and the log of an experiment's runs follow from. Not part of it: what a run's record states for
 * itself (data set, learning rate, seed, epochs), what is derived, and what is about the experiment rather than of it (title, report,
 * provenance). So a reworded evidence or one more learning rate leaves the goldens valid, and a variant made in memory has a digest. What is
 * left out, or said as it would be anyway, is not in it either: an experiment from before there was such a field keeps its digest.
 */
export function digestOf(experiment: Omit<Experiment, 'sha256'>): string {
  const { data, model, arithmetic, loss, optimizer, training, artifacts } = experiment;
  const { name, inputShape, classes, trainCount, testCount, normalisation } = data;
  const { batchSize, logInterval, constructions, evaluations } = training;
  const meaning = {
    data: { name, inputShape, classes, trainCount, testCount, normalisation },
    ...{ model, loss, optimizer, artifacts },
    arithmetic: unless(arithmetic, 'assay'),
    training: {
      ...{ batchSize, logInterval },
      constructions: unless(constructions, 1),
      evaluations: unless(evaluations, 'each-epoch'),
    },
  };
  return sha256Of(canonicalJson(meaning));
}

/** Nothing where a field says its default: JSON leaves it out. */
function unless<T>(value: T | undefined, standard: T): T | undefined {
  return value === standard ? undefined : value;
}
