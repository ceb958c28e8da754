import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The built file lies here, wherever this one runs from: dist or, in tests, src. `npm run check:native` has one of its own. */
const BUILT = join(
  __dirname,
  '../../../dist/engine/native',
  process.env.ASSAY_NATIVE_SANITIZED === undefined ? 'native.node' : 'sanitized.node',
);

/** What addon.cc exports; a crew is a handle of its own making. */
export interface Addon {
  widths(): number[];
  create(
    width: number,
    maxBatch: number,
    group: number,
    bytes: number,
    threads: number,
    scratch: Float64Array,
    names: readonly string[],
    code: Float64Array,
    isTimed: boolean,
  ): [crew: unknown, memory: ArrayBuffer];
  run(crew: unknown, command: number, n: number): void;
  spent(crew: unknown): number[];
  close(crew: unknown): void;
  peak(width: number): number;
}

let loaded: Addon | undefined | null = null;

/** Undefined where it was not built, or was built for another machine. */
export function loadAddon(): Addon | undefined {
  if (loaded === null) {
    try {
      loaded = createRequire(__filename)(BUILT) as Addon;
    } catch {
      loaded = undefined;
    }
  }
  return loaded;
}
