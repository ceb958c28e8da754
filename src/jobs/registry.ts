import type { JobKind } from './kind';
import { firstLosses } from './kinds/firstLosses';
import { probe } from './kinds/probe';
import { train } from './kinds/train';

/** Every kind, so that a worker finds it by its name. */
const KINDS: readonly JobKind<unknown, unknown>[] = [firstLosses, probe, train];

export function kindNamed(name: string): JobKind<unknown, unknown> | undefined {
  return KINDS.find((kind) => kind.name === name);
}
