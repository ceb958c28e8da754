import { schemaOf } from '../../base/schema';
import type { JobKind } from '../kind';

export interface Probe {
  readonly seed: number;
}

/** A job that does nothing: what the way to a worker and back costs. */
export const probe: JobKind<Probe, Probe> = {
  name: 'probe',
  payload: schemaOf('probe-job', 'job-invalid'),
  result: schemaOf('probe-job', 'job-invalid'),
  identity: (payload) => payload,
  belongs: (result, payload) => result.seed === payload.seed,
  execute: async ({ seed }) => ({ seed }),
};
