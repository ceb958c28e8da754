import { sha256Of } from '../base/sha256';
import { canonicalJson } from '../base/canonical';
import type { Experiment } from './types';

/**
 * SHA-256, in hex, of what the bits and the log of an experiment's runs follow from. Not part of it: what a run's record states for
 * itself (data set, learning rate, epochs), what is derived, and what is about the experiment rather than of it (title, report,
 * provenance). So a reworded evidence or one more learning rate leaves the goldens valid, and a variant made in memory has a digest.
 */
export function digestOf(experiment: Omit<Experiment, 'sha256'>): string {
  const { data, model, loss, optimizer, training, artifacts } = experiment;
  const { name, inputShape, classes, trainCount, testCount, normalisation } = data;
  const { batchSize, logInterval } = training;
  const meaning = {
    data: { name, inputShape, classes, trainCount, testCount, normalisation },
    ...{ model, loss, optimizer, training: { batchSize, logInterval }, artifacts },
  };
  return sha256Of(canonicalJson(meaning));
}
