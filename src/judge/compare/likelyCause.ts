import type { RunRecord } from '../../run/record';

/** Something that two runs were computed with, and that is not the same. */
export interface LikelyCause {
  readonly what: string;
  readonly a: string;
  readonly b: string;
}

/**
 * What runs that should be equal, or near, most likely differ by: the first, of what computed them, that is not the same. The results
 * of a bitwise engine depend on none of it; where they differ nonetheless, it is the first thing to look at.
 */
export function likelyCause(a: RunRecord, b: RunRecord): LikelyCause | undefined {
  const causes = COMPUTED_WITH.map(([what, of]) => ({ what, a: of(a), b: of(b) }));
  return causes.find(({ a, b }) => a !== b);
}

/** From what decides most of a result to what decides least. */
const COMPUTED_WITH: readonly [what: string, of: (record: RunRecord) => string][] = [
  // Engines that promise the same bits are one here.
  ['engine', ({ engine, tier }) => (tier === 'bitwise' ? 'one that promises the bits' : engine)],
  ['backend of the engine', backendOf],
  ['version of assay', ({ environment }) => environment.versions.assay],
  ['runtime', runtimeOf],
];

function backendOf({ engine, environment: { backend } }: RunRecord): string {
  if (backend !== undefined) return `${backend.name} ${backend.version}`;
  return engine === 'tfjs' ? 'not recorded' : 'none';
}

function runtimeOf({ environment: { versions } }: RunRecord): string {
  const { node, bun, deno } = versions;
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}
