import type { AdamScalars } from '../optimizer';
import { fma } from './fma';
import type { Conv2dShape } from './numerics';

/**
 * The definition of the arithmetic `fused-chain`, which is RepDL's (docs/repdl.md): textbook loops in float32. Every sum of products is
 * one sequential chain of fused multiply-adds from 0, in the order of its loops, whatever its length, and the bias is added after it,
 * with a rounding of its own. A sum without products is a chain of additions. Nothing is left out for being 0, but what lies outside of
 * the image is.
 *
 * Layouts are PyTorch's, as in `numerics.ts`, from which comes what has no sum.
 */
export { dropout, maxPool2d, maxPool2dGradInput, relu, reluGradInput } from './numerics';

const f = Math.fround;

/** output[n, co, y, x] = (Σ over ci, kh, kw of input[n, ci, y + kh − PH, x + kw − PW] · weight[co, ci, kh, kw]) + bias[co]. */
export function conv2d(
  s: Conv2dShape,
  input: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  output: Float32Array,
): void {
  for (let n = 0; n < s.n; n++) {
    for (let co = 0; co < s.outChannels; co++) {
      for (let y = 0; y < s.outHeight; y++) {
        for (let x = 0; x < s.outWidth; x++) {
          let sum = 0;
          for (let ci = 0; ci < s.inChannels; ci++) {
            for (let kh = 0; kh < s.kernelHeight; kh++) {
              const iy = y + kh - s.paddingHeight;
              if (iy < 0 || iy >= s.height) continue;
              for (let kw = 0; kw < s.kernelWidth; kw++) {
                const ix = x + kw - s.paddingWidth;
                if (ix < 0 || ix >= s.width) continue;
                const value = input[((n * s.inChannels + ci) * s.height + iy) * s.width + ix];
                const w = weight[((co * s.inChannels + ci) * s.kernelHeight + kh) * s.kernelWidth + kw];
                sum = fma(value, w, sum);
              }
            }
          }
          output[((n * s.outChannels + co) * s.outHeight + y) * s.outWidth + x] = f(sum + bias[co]);
        }
      }
    }
  }
}

/**
 * gradWeight[co, ci, kh, kw] = Σ over n, y, x of gradOutput[n, co, y, x] · input[n, ci, y + kh − PH, x + kw − PW], within the image;
 * gradBias[co] = Σ over n, y, x of gradOutput[n, co, y, x].
 */
export function conv2dGradWeight(
  s: Conv2dShape,
  input: Float32Array,
  gradOutput: Float32Array,
  gradWeight: Float32Array,
  gradBias: Float32Array,
): void {
  for (let co = 0; co < s.outChannels; co++) {
    for (let ci = 0; ci < s.inChannels; ci++) {
      for (let kh = 0; kh < s.kernelHeight; kh++) {
        for (let kw = 0; kw < s.kernelWidth; kw++) {
          let sum = 0;
          for (let n = 0; n < s.n; n++) {
            for (let y = 0; y < s.outHeight; y++) {
              const iy = y + kh - s.paddingHeight;
              if (iy < 0 || iy >= s.height) continue;
              for (let x = 0; x < s.outWidth; x++) {
                const ix = x + kw - s.paddingWidth;
                if (ix < 0 || ix >= s.width) continue;
                const g = gradOutput[((n * s.outChannels + co) * s.outHeight + y) * s.outWidth + x];
                const value = input[((n * s.inChannels + ci) * s.height + iy) * s.width + ix];
                sum = fma(g, value, sum);
              }
            }
          }
          gradWeight[((co * s.inChannels + ci) * s.kernelHeight + kh) * s.kernelWidth + kw] = sum;
        }
      }
    }
    const pixels = s.outHeight * s.outWidth;
    let biasSum = 0;
    for (let n = 0; n < s.n; n++) {
      for (let at = 0; at < pixels; at++) {
        biasSum = f(biasSum + gradOutput[(n * s.outChannels + co) * pixels + at]);
      }
    }
    gradBias[co] = biasSum;
  }
}

/** gradInput[n, ci, y, x] = Σ over co, kh, kw of gradOutput[n, co, y − kh + PH, x − kw + PW] · weight[co, ci, kh, kw]. */
export function conv2dGradInput(
  s: Conv2dShape,
  weight: Float32Array,
  gradOutput: Float32Array,
  gradInput: Float32Array,
): void {
  for (let n = 0; n < s.n; n++) {
    for (let ci = 0; ci < s.inChannels; ci++) {
      for (let y = 0; y < s.height; y++) {
        for (let x = 0; x < s.width; x++) {
          let sum = 0;
          for (let co = 0; co < s.outChannels; co++) {
            for (let kh = 0; kh < s.kernelHeight; kh++) {
              const oy = y - kh + s.paddingHeight;
              if (oy < 0 || oy >= s.outHeight) continue;
              for (let kw = 0; kw < s.kernelWidth; kw++) {
                const ox = x - kw + s.paddingWidth;
                if (ox < 0 || ox >= s.outWidth) continue;
                const g = gradOutput[((n * s.outChannels + co) * s.outHeight + oy) * s.outWidth + ox];
                const w = weight[((co * s.inChannels + ci) * s.kernelHeight + kh) * s.kernelWidth + kw];
                sum = fma(g, w, sum);
              }
            }
          }
          gradInput[((n * s.inChannels + ci) * s.height + y) * s.width + x] = sum;
        }
      }
    }
  }
}

/** output[n, o] = (Σ over i of input[n, i] · weight[o, i]) + bias[o]. */
export function linear(
  n: number,
  inFeatures: number,
  outFeatures: number,
  input: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  output: Float32Array,
): void {
  for (let row = 0; row < n; row++) {
    for (let o = 0; o < outFeatures; o++) {
      let sum = 0;
      for (let i = 0; i < inFeatures; i++) {
        sum = fma(input[row * inFeatures + i], weight[o * inFeatures + i], sum);
      }
      output[row * outFeatures + o] = f(sum + bias[o]);
    }
  }
}

/** gradWeight[o, i] = Σ over n of gradOutput[n, o] · input[n, i]; gradBias[o] = Σ over n of gradOutput[n, o]. */
export function linearGradWeight(
  n: number,
  inFeatures: number,
  outFeatures: number,
  input: Float32Array,
  gradOutput: Float32Array,
  gradWeight: Float32Array,
  gradBias: Float32Array,
): void {
  for (let o = 0; o < outFeatures; o++) {
    for (let i = 0; i < inFeatures; i++) {
      let sum = 0;
      for (let row = 0; row < n; row++) {
        sum = fma(gradOutput[row * outFeatures + o], input[row * inFeatures + i], sum);
      }
      gradWeight[o * inFeatures + i] = sum;
    }
    let biasSum = 0;
    for (let row = 0; row < n; row++) biasSum = f(biasSum + gradOutput[row * outFeatures + o]);
    gradBias[o] = biasSum;
  }
}

/** gradInput[n, i] = Σ over o of gradOutput[n, o] · weight[o, i]. */
export function linearGradInput(
  n: number,
  inFeatures: number,
  outFeatures: number,
  weight: Float32Array,
  gradOutput: Float32Array,
  gradInput: Float32Array,
): void {
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < inFeatures; i++) {
      let sum = 0;
      for (let o = 0; o < outFeatures; o++) {
        sum = fma(gradOutput[row * outFeatures + o], weight[o * inFeatures + i], sum);
      }
      gradInput[row * inFeatures + i] = sum;
    }
  }
}

/**
 * One step of RepDL's Adam on one parameter, with the operations of PyTorch's tensors that it is written in: `add_` with a factor is a
 * fused multiply-add, everything else is rounded by itself.
 *
 * @param expAvg first moment, updated
 * @param expAvgSq second moment, updated
 */
export function adam(
  a: AdamScalars,
  grad: Float32Array,
  param: Float32Array,
  expAvg: Float32Array,
  expAvgSq: Float32Array,
): void {
  for (let i = 0; i < param.length; i++) {
    const g = grad[i];
    expAvg[i] = fma(g, a.oneMinusBeta1, f(expAvg[i] * a.beta1));
    expAvgSq[i] = f(f(expAvgSq[i] * a.beta2) + f(f(g * g) * a.oneMinusBeta2));
    const denominator = f(f(f(Math.sqrt(expAvgSq[i])) / a.sqrtBiasCorrection2) + a.eps);
    param[i] = f(param[i] + f(f(expAvg[i] / denominator) * a.negativeStepSize));
  }
}
