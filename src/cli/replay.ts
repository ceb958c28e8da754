import type { CreateEngine, EngineName } from '../engine/engine';
import type { ElementDivergence, ReplayOptions } from '../train/divergence';

/** Where two engines part, found by training on both side by side. */
export interface Replay {
  readonly engines: readonly [a: EngineName, b: EngineName];
  /** Missing when the two engines agree, so that what defines the bits has changed. */
  readonly divergence?: ElementDivergence;
}

/** Trains on the engine that a golden is from, or that defines the bits, and on the one that left it, up to where it did. */
export async function replayEngines(
  options: Omit<ReplayOptions, 'engines'>,
  golden: EngineName,
  now: EngineName,
): Promise<Replay> {
  const { createEngine } = await import('../engine/create.js');
  const { findDivergence } = await import('../train/divergence.js');
  const names: [EngineName, EngineName] = [golden === now ? 'reference' : golden, now];
  const [a, b] = names.map(
    (name): CreateEngine =>
      (engineOptions) =>
        createEngine(name, engineOptions),
  );
  return { engines: names, divergence: await findDivergence({ ...options, engines: [a, b] }) };
}

export function replayLines({ engines, divergence }: Replay): string[] {
  const [first, second] = engines;
  if (divergence === undefined) {
    return [
      `  replayed:         ${first} and ${second} agree now: both changed since the golden was recorded`,
    ];
  }
  const { step, stage, layer, tensor, index, a, b, bits, ulps } = divergence;
  return [
    `  replayed:         step ${step}, ${stage}, layer ${layer}, ${tensor}[${index.join(', ')}]`,
    `    ${first}: ${a} (${bits[0]})`,
    `    ${second}: ${b} (${bits[1]})`,
    `    ${ulps} ulp apart`,
  ];
}
