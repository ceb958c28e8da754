import { createEngine } from '../engine/create';
import type { CreateEngine, EngineName } from '../engine/engine';
import { findDivergence, type ReplayOptions } from '../train/divergence';
import type { Replay } from '../report/text/replay';

/** Trains on the engine that a golden is from, or that defines the bits, and on the one that left it, up to where it did. */
export async function replayEngines(
  options: Omit<ReplayOptions, 'engines'>,
  golden: EngineName,
  now: EngineName,
): Promise<Replay> {
  const names: [EngineName, EngineName] = [golden === now ? 'reference' : golden, now];
  const [a, b] = names.map(
    (name): CreateEngine =>
      (engineOptions) =>
        createEngine(name, engineOptions),
  );
  return { engines: names, divergence: await findDivergence({ ...options, engines: [a, b] }) };
}
