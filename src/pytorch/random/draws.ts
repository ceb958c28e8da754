/**
 * The draws that PyTorch makes from its CPU generator. `bernoulli_` has two ways, see docs/numerics.md; all others are the same in all
 * its builds.
 * Source: ATen/core/DistributionsHelper.h, ATen/core/TransformationHelper.h, ATen/native/TensorFactories.cpp (`randperm_cpu`).
 */
import { DEFAULT_RNG, RNGS, type Rng } from '../../experiment/rng';
import { Mcg31 } from './mcg31';
import type { Mt19937 } from './mt19937';

const TWO_POW_32 = 4294967296;
const TWO_POW_53 = 9007199254740992;

/** `tensor.uniform_(from, to)` of float32: one 32-bit output per element, of which the low 24 bits count. */
export function uniform(generator: Mt19937, out: Float32Array, from: number, to: number): void {
  const low = Math.fround(from);
  const range = Math.fround(Math.fround(to) - low);
  for (let i = 0; i < out.length; i++) {
    const x = (generator.nextUint32() & 0xffffff) / 0x1000000;
    out[i] = x * range + low; // in double; the store rounds it to float32
  }
}

/** `torch.empty((), dtype=torch.int64).random_()`: an integer of 63 bits, as a DataLoader draws its seeds. Two outputs, high word first. */
export function randomInt64(generator: Mt19937): bigint {
  const high = BigInt(generator.nextUint32());
  const low = BigInt(generator.nextUint32());
  return BigInt.asUintN(63, (high << 32n) | low);
}

/**
 * `torch.randperm(n)`: uint32 [n], a permutation of 0 … n − 1; or its first `count` elements, which no later swap moves, with as many
 * draws.
 */
export function randperm(generator: Mt19937, n: number, count = n): Uint32Array {
  const permutation = new Uint32Array(n);
  for (let i = 0; i < n; i++) permutation[i] = i;
  for (let i = 0; i < Math.min(count, n - 1); i++) {
    const j = i + (generator.nextUint32() % (n - i));
    const swapped = permutation[i];
    permutation[i] = permutation[j];
    permutation[j] = swapped;
  }
  return permutation.subarray(0, count);
}

/**
 * `tensor.bernoulli_(p)`: fills `mask`, uint8, with 1 with probability `p`, else 0. Two outputs per element, of which 53 bits count.
 * They are compared as integers, which is the same comparison: both sides of `x * 2^-53 < p` are scaled by 2^53 without rounding.
 */
export function bernoulliMask(generator: Mt19937, p: number, mask: Uint8Array): void {
  const threshold = p * TWO_POW_53;
  for (let i = 0; i < mask.length; i++) {
    const high = generator.nextUint32() & 0x1fffff;
    mask[i] = Number(high * TWO_POW_32 + generator.nextUint32() < threshold);
  }
}

/**
 * `tensor.bernoulli_(p)` of float32 where PyTorch leaves it to MKL: fills `mask` as {@link bernoulliMask} does. One output of the
 * generator seeds a stream for the whole tensor; threads, if there are several, skip ahead in it, so that their number changes nothing.
 */
export function bernoulliMaskMkl(generator: Mt19937, p: number, mask: Uint8Array): void {
  const stream = new Mcg31(generator.nextUint32());
  for (let i = 0; i < mask.length; i++) mask[i] = stream.nextInt() / Mcg31.MODULUS < p ? 1 : 0;
}

/**
 * The mask of `F.dropout(input, p)` in training, 1 = keep. PyTorch draws nothing where there is nothing to draw: p = 0 keeps all,
 * p = 1 keeps none.
 */
export function dropoutMask(generator: Mt19937, p: number, mask: Uint8Array, rng: Rng = DEFAULT_RNG): void {
  if (p === 0 || p === 1) mask.fill(1 - p);
  else if (rng === RNGS['torch-mkl']) bernoulliMaskMkl(generator, 1 - p, mask);
  else bernoulliMask(generator, 1 - p, mask);
}
