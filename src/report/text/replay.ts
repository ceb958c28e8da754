import type { EngineName } from '../../engine/engine';
import type { ElementDivergence } from '../../train/divergence';

/** Where two engines part, found by training on both side by side. */
export interface Replay {
  readonly engines: readonly [a: EngineName, b: EngineName];
  /** Missing when the two engines agree, so that what defines the bits has changed. */
  readonly divergence?: ElementDivergence;
}

/** What a replay found, as lines of text. */
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
