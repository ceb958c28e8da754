import { argmaxRows, crossEntropy, crossEntropyPerSample } from '../../../src/engine/crossEntropy';
import { assertClose, vector } from '../support/assertClose';
import { expectSameBits } from '../support/compare';
import { exact, uncertainCrossEntropy } from '../support/errorAnalysis';
import { crossEntropyRows64 } from '../support/float64';
import { fc, property } from '../support/property';
import { gamma } from '../support/rounding';
import { filled, fillings, seeds } from '../support/values';

/** Softmax and cross-entropy: the loss that all engines share. */

const sizes = fc.record({ n: fc.integer({ min: 1, max: 9 }), classes: fc.integer({ min: 1, max: 20 }) });
/** Up to ±1, or up to ±1e4. */
const scales = fc.constantFrom(1, 10, 100, 1e4);

interface Loss {
  readonly loss: number;
  readonly losses: Float32Array;
  readonly grad: Float32Array;
}

function lossOf(logits: Float32Array, labels: Uint8Array, classes: number): Loss {
  const n = labels.length;
  const losses = new Float32Array(n);
  const grad = new Float32Array(n * classes);
  crossEntropyPerSample(logits, labels, n, classes, losses);
  return { loss: crossEntropy(logits, labels, n, classes, grad), losses, grad };
}

function labelsOf(seed: number, n: number, classes: number): Uint8Array {
  return Uint8Array.from({ length: n }, (_, i) => (seed + 3 * i) % classes);
}

function logitsOf(seed: number, length: number, scale: number): Float32Array {
  return filled({ palette: 'ordinary', seed }, length).map((z) => z * scale);
}

property.prop([sizes, seeds, scales])(
  'loss and gradient are the exact ones within their derived rounding',
  ({ n, classes }, seed, scale) => {
    const logits = logitsOf(seed, n * classes, scale);
    const labels = labelsOf(seed, n, classes);
    const { loss, losses, grad } = lossOf(logits, labels, classes);
    const { gradOutput, lossError } = uncertainCrossEntropy(exact(logits), labels, classes);
    const because = 'rounding, as errorAnalysis.ts derives it';
    // What underflows is off by half of the least float32 at most, a few times.
    const tiny = 2 ** -147;
    assertClose('gradient', vector(grad), vector(gradOutput.value), {
      because,
      at: (i) => gradOutput.error[i] + tiny,
    });
    const wanted = Float64Array.from(crossEntropyRows64(Float64Array.from(logits), labels, classes));
    assertClose('loss of each sample', vector(losses), vector(wanted), { because, at: () => lossError });
    const mean = wanted.reduce((sum, value) => sum + value, 0) / n;
    assertClose('mean loss', vector(Float32Array.of(loss)), vector(Float64Array.of(mean)), {
      because,
      at: () => lossError + gamma(1) * mean,
    });
  },
);

property.prop([sizes, seeds, scales])(
  'softmax sums to 1, its gradient to 0, in each row',
  ({ n, classes }, seed, scale) => {
    const logits = logitsOf(seed, n * classes, scale);
    const labels = labelsOf(seed, n, classes);
    const { grad } = lossOf(logits, labels, classes);
    const { gradOutput } = uncertainCrossEntropy(exact(logits), labels, classes);
    for (let i = 0; i < n; i++) {
      const row = Array.from(grad.subarray(i * classes, (i + 1) * classes));
      // The exact sum is 0, so the sum is at most what its terms are off by.
      const allowed = gradOutput.error
        .subarray(i * classes, (i + 1) * classes)
        .reduce((a, b) => a + b, classes * 2 ** -147);
      const gradSum = row.reduce((a, b) => a + b, 0);
      expect(Math.abs(gradSum)).toBeLessThanOrEqual(allowed);
      const softmaxSum = row.reduce((sum, g, c) => sum + n * (c === labels[i] ? g + 1 / n : g), 0);
      expect(Math.abs(softmaxSum - 1)).toBeLessThanOrEqual(n * allowed);
      row.forEach((g, c) => {
        // Probabilities, so the label's gradient is negative and the others' are not.
        if (c === labels[i]) expect(g).toBeLessThanOrEqual(0);
        else expect(g).toBeGreaterThanOrEqual(0);
      });
    }
  },
);

property.prop([sizes, seeds, fc.integer({ min: -1000, max: 1000 })])(
  'a shift of all logits changes no bit, when the shift is exact',
  ({ n, classes }, seed, shift) => {
    const logits = filled({ palette: 'short', seed }, n * classes);
    const labels = labelsOf(seed, n, classes);
    const [plain, shifted] = [logits, logits.map((z) => z + shift)].map((z) => lossOf(z, labels, classes));
    expectSameBits('gradient', shifted.grad, plain.grad);
    expectSameBits('losses', shifted.losses, plain.losses);
  },
);

property.prop([sizes, seeds])('is finite at ±1e4', ({ n, classes }, seed) => {
  const logits = filled({ palette: 'integers', seed }, n * classes).map((z) => Math.sign(z) * 1e4);
  const { loss, losses, grad } = lossOf(logits, labelsOf(seed, n, classes), classes);
  expect([loss, ...losses, ...grad].filter((value) => !Number.isFinite(value))).toEqual([]);
});

property.prop([sizes, fillings('integers', 'ordinary', 'laced', 'specials')])(
  'argmax is the first maximum, and a NaN is one',
  ({ n, classes }, filling) => {
    const logits = filled(filling, n * classes);
    const found = new Uint8Array(n);
    argmaxRows(logits, n, classes, found);
    found.forEach((best, i) => {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      const nan = row.findIndex(Number.isNaN);
      expect(best).toBe(nan >= 0 ? nan : row.indexOf(Math.max(...row)));
    });
  },
);
