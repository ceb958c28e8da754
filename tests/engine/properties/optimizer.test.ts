import { ENGINE_NAMES } from '../../../src/engine/create';
import type { NamedTensor } from '../../../src/engine/engine';
import type { AdamSpec, OptimizerSpec } from '../../../src/experiment/types';
import { assertClose, vector } from '../support/assertClose';
import { describeEngines, forward, type Variant, withEngine } from '../support/engines';
import { oneLayer } from '../support/models';
import { fc, property } from '../support/property';
import { gamma, UNIT_ROUNDOFF } from '../support/rounding';
import { filled, seeds } from '../support/values';

/** Optimizer steps of every engine against float64 ones. */

const COUNT = 33;

/**
 * Parameters after each step. With one sample of 1, the bias of a Linear has the gradient of the output for its own: any gradients
 * can be given.
 */
async function train(
  name: Variant,
  optimizer: OptimizerSpec,
  lr: number,
  start: Float32Array,
  gradients: readonly Float32Array[],
): Promise<Float32Array[]> {
  const layers = oneLayer({ name: 'fc1', type: 'Linear', inFeatures: 1, outFeatures: COUNT }, [1]);
  return withEngine(name, { layers, optimizer, maxBatch: 1 }, (engine) => {
    const weight: NamedTensor = { name: 'fc1.weight', shape: [COUNT, 1], data: new Float32Array(COUNT) };
    engine.setParameters([weight, { name: 'fc1.bias', shape: [COUNT], data: start }]);
    return gradients.map((gradient) => {
      forward(engine, 1, Float32Array.of(1));
      engine.backward(gradient);
      engine.step(lr);
      return engine.getParameters()[1].data;
    });
  });
}

const specs: fc.Arbitrary<AdamSpec> = fc.record({
  type: fc.constant('Adam' as const),
  betas: fc.constantFrom([0.9, 0.999] as const, [0.5, 0.9] as const, [0.8, 0.99] as const),
  eps: fc.constantFrom(1e-8, 1e-6),
});
const lrs = fc.constantFrom(0.001, 0.01, 1e-4);
const stepCounts = fc.integer({ min: 1, max: 12 });

/** Of magnitudes from 2⁻¹⁰ to 1, so that nothing underflows when squared and eps stays small beside them. */
function gradientsOf(seed: number, steps: number): Float32Array[] {
  return Array.from({ length: steps }, (_, i) =>
    filled({ palette: 'ordinary', seed: seed + i }, COUNT).map((x, j) => (Math.sign(x) + x) * 2 ** -(j % 10)),
  );
}

describeEngines(ENGINE_NAMES)('%s: Adam', (name) => {
  property.prop([specs, lrs, seeds], { numRuns: 20 })(
    'makes a first step of −lr · sign(g), up to eps',
    async (spec, lr, seed) => {
      const [gradient] = gradientsOf(seed, 1);
      const [moved] = await train(name, spec, lr, new Float32Array(COUNT), [gradient]);
      // m/(1 − β₁) = g and √(v/(1 − β₂)) = |g|: exactly −lr · g / (|g| + eps), after about 13 roundings, those of the scalars included.
      const wanted = Float64Array.from(gradient, (g) => (-lr * g) / (Math.abs(g) + spec.eps));
      assertClose('first step', vector(moved), vector(wanted), {
        because: 'γ(16): the roundings of one step and of its scalars',
        at: (i) => gamma(16) * Math.abs(wanted[i]),
      });
      wanted.forEach((_, i) => {
        expect(Math.sign(moved[i])).toBe(-Math.sign(gradient[i]));
        expect(Math.abs(moved[i])).toBeLessThanOrEqual(lr * (1 + gamma(16)));
      });
    },
  );

  property.prop([specs, lrs, seeds, stepCounts, fc.integer({ min: -8, max: 20 })], { numRuns: 20 })(
    'does the same for gradients of another scale, when eps is of that scale too',
    async (spec, lr, seed, steps, exponent) => {
      const start = filled({ palette: 'ordinary', seed }, COUNT);
      const gradients = gradientsOf(seed, steps);
      const scale = 2 ** exponent; // exact in every operation
      const plain = await train(name, { ...spec, eps: Math.fround(spec.eps) }, lr, start, gradients);
      const scaled = await train(
        name,
        { ...spec, eps: Math.fround(spec.eps) * scale },
        lr,
        start,
        gradients.map((gradient) => gradient.map((g) => g * scale)),
      );
      plain.forEach((parameters, t) => {
        assertClose(`step ${t + 1}`, vector(scaled[t]), vector(parameters), {
          because: 'multiplying by a power of 2 rounds nothing',
          at: () => 0,
        });
      });
    },
  );

  /**
   * Against the same recurrence in float64, with rounding carried along: with e the bound of a value's error,
   *   m ← β₁m + (1 − β₁)g           e ← β₁e + γ(4)·(β₁(|m| + e) + (1 − β₁)|g|)
   *   v ← β₂v + (1 − β₂)g²          its share of error grows by at most γ(5) a step, all its terms being positive
   *   p ← p − lr′·m / (√v/s + eps)  the quotient's share: v's, halved by the root, and 8 roundings; then one of the sum.
   */
  property.prop([specs, lrs, seeds, stepCounts], { numRuns: 20 })(
    'follows a float64 Adam within the rounding of its operations',
    async (spec, lr, seed, steps) => {
      const start = filled({ palette: 'ordinary', seed }, COUNT);
      const gradients = gradientsOf(seed, steps);
      const got = await train(name, spec, lr, start, gradients);
      const [beta1, beta2] = spec.betas;
      for (let i = 0; i < COUNT; i++) {
        let [p, pError, m, mError, v] = [start[i], 0, 0, 0, 0];
        for (let t = 1; t <= steps; t++) {
          const g = gradients[t - 1][i];
          mError = beta1 * mError + gamma(4) * (beta1 * (Math.abs(m) + mError) + (1 - beta1) * Math.abs(g));
          m = beta1 * m + (1 - beta1) * g;
          v = beta2 * v + (1 - beta2) * g * g;
          const factor = lr / (1 - beta1 ** t) / (Math.sqrt(v / (1 - beta2 ** t)) + spec.eps);
          const share = gamma(5 * t + 8);
          pError += factor * (mError + share * (Math.abs(m) + mError));
          p -= factor * m;
          pError += UNIT_ROUNDOFF * (Math.abs(p) + pError);
          assertClose(
            `parameter ${i} after step ${t}`,
            vector(got[t - 1].slice(i, i + 1)),
            vector(Float64Array.of(p)),
            {
              because: 'running error analysis of the recurrence',
              at: () => pError,
            },
          );
        }
      }
    },
  );
});

describeEngines(ENGINE_NAMES)('%s: SGD', (name) => {
  property.prop([fc.constantFrom(0, 0.5, 0.9), lrs, seeds, stepCounts], { numRuns: 20 })(
    'follows a float64 SGD with momentum within the rounding of its operations',
    async (momentum, lr, seed, steps) => {
      const start = filled({ palette: 'ordinary', seed }, COUNT);
      const gradients = gradientsOf(seed, steps);
      const got = await train(name, { type: 'SGD', momentum }, lr, start, gradients);
      for (let i = 0; i < COUNT; i++) {
        let [p, pError, buffer, bufferError] = [start[i], 0, 0, 0];
        for (let t = 1; t <= steps; t++) {
          const g = gradients[t - 1][i];
          // Roundings of the momentum, the product and the sum.
          const size = momentum * (Math.abs(buffer) + bufferError) + Math.abs(g);
          bufferError = momentum * bufferError + gamma(3) * size;
          buffer = momentum * buffer + g;
          // Of lr, the product and the sum.
          pError += lr * (bufferError + gamma(2) * (Math.abs(buffer) + bufferError));
          p -= lr * buffer;
          pError += UNIT_ROUNDOFF * (Math.abs(p) + pError);
          assertClose(
            `parameter ${i} after step ${t}`,
            vector(got[t - 1].slice(i, i + 1)),
            vector(Float64Array.of(p)),
            {
              because: 'running error analysis of the recurrence',
              at: () => pError,
            },
          );
        }
      }
    },
  );
});
