import { loadAddon } from '../engine/native/addon';
import { compileKernels } from '../engine/wasm/module';
import type { Kernels } from './kernels';

const TURNS = 200_000;
const OPERATIONS_PER_TURN = 2 * 4 * 12;
const RESULT_BYTE = 4096;

/** The most that one thread reaches, in GFLOP/s: the best of several loops of multiplications and additions on registers. */
export async function measurePeak(kernels: Kernels): Promise<number> {
  return kernels.name === 'wasm' ? measureWasmPeak() : (loadAddon()?.peak(kernels.width) ?? NaN);
}

async function measureWasmPeak(): Promise<number> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(await compileKernels(), { env: { memory } });
  const peak = exports.peak as (turns: number, result: number) => void;
  let best = 0;
  for (let i = 0; i < 40; i++) {
    new Float32Array(memory.buffer).set([1, 0.5], RESULT_BYTE / 4);
    const start = performance.now();
    peak(TURNS, RESULT_BYTE);
    best = Math.max(best, (TURNS * OPERATIONS_PER_TURN) / (performance.now() - start) / 1e6);
  }
  return best;
}
