import { fc, test as property } from '@fast-check/jest';
import { crossEntropy, crossEntropyPerSample } from '../../src/engine/crossEntropy';

/** To the bit: what `properties/crossEntropy.test.ts` leaves to rounding, the definition (docs/numerics.md) does not. */

const logitsAndLabels = fc.integer({ min: 1, max: 300 }).chain((n) =>
  fc.record({
    logits: fc.float32Array({ min: -9, max: 9, noNaN: true, minLength: 10 * n, maxLength: 10 * n }),
    labels: fc.uint8Array({ max: 9, minLength: n, maxLength: n }),
  }),
);

property.prop([logitsAndLabels])(
  "the loss of a batch is the float64 mean of its samples' float32 losses, rounded once",
  ({ logits, labels }) => {
    const n = labels.length;
    const losses = new Float32Array(n);
    crossEntropyPerSample(logits, labels, n, 10, losses);
    let total = 0;
    for (const loss of losses) total += loss;
    const gradOutput = new Float32Array(logits.length);
    expect(crossEntropy(logits, labels, n, 10, gradOutput)).toBe(Math.fround(total / n));
  },
);
