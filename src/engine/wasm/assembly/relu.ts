import { batchSize, claimTask } from './threads';

/**
 * ReLU in place, on whole samples with their padding: 0 for x ≤ 0, x otherwise, NaN stays. A task is one sample.
 * `sampleStride` is in bytes and divisible by 4.
 */
export function relu(values: usize, sampleStride: i32): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    const end = values + (i + 1) * sampleStride;
    for (let at = values + i * sampleStride; at < end; at += 4) {
      if (load<f32>(at) <= 0) store<f32>(at, 0);
    }
  }
}

/** Backward, in place on the gradient: it passes where the output is not 0. */
export function reluGradInput(output: usize, grad: usize, sampleStride: i32): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    for (let at: usize = i * sampleStride; at < <usize>((i + 1) * sampleStride); at += 4) {
      if (load<f32>(output + at) <= 0) store<f32>(grad + at, 0);
    }
  }
}
