import { LINEAR_PIECE } from '../linearPiece';
import type { AdamScalars, RmspropScalars } from '../optimizer';

/**
 * The definition of every bit of a training step: textbook loops, in float32, one rounding per operation
 * (`f` rounds; there is no fused multiply-add). Every sum is a sequential chain in the order of its loops, long ones a chain of
 * the sums of shorter chains, which keeps rounding errors small. Any other engine must have the same chains for each
 * output, and is then free in everything else. See docs/numerics.md.
 *
 * Layouts are PyTorch's: activations [N, C, H, W], Conv2d weights [outChannels, inChannels, KH, KW], Linear weights
 * [outFeatures, inFeatures]. An activation (in forward) or a gradient (in backward) that is exactly 0 contributes nothing, not
 * even against an infinite or NaN factor: half of them are 0, and whoever computes need not touch them.
 */

const f = Math.fround;

export interface Conv2dShape {
  readonly n: number;
  readonly inChannels: number;
  readonly height: number;
  readonly width: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly paddingHeight: number;
  readonly paddingWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/**
 * output[n, co, y, x] = bias[co] + Σ over kh, kw of Σ over ci of input[n, ci, y + kh − PH, x + kw − PW] · weight[co, ci, kh, kw],
 * within the image. A bias of −0 counts as 0: after that, no zero that is added or left out makes a difference.
 */
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
          let sum = f(bias[co] + 0);
          for (let kh = 0; kh < s.kernelHeight; kh++) {
            const iy = y + kh - s.paddingHeight;
            if (iy < 0 || iy >= s.height) continue;
            for (let kw = 0; kw < s.kernelWidth; kw++) {
              const ix = x + kw - s.paddingWidth;
              if (ix < 0 || ix >= s.width) continue;
              let tapSum = 0;
              for (let ci = 0; ci < s.inChannels; ci++) {
                const value = input[((n * s.inChannels + ci) * s.height + iy) * s.width + ix];
                if (value === 0) continue;
                const w = weight[((co * s.inChannels + ci) * s.kernelHeight + kh) * s.kernelWidth + kw];
                tapSum = f(tapSum + f(value * w));
              }
              sum = f(sum + tapSum);
            }
          }
          output[((n * s.outChannels + co) * s.outHeight + y) * s.outWidth + x] = sum;
        }
      }
    }
  }
}

/**
 * gradWeight[co, ci, kh, kw] = Σ over n of Σ over y, x of gradOutput[n, co, y, x] · input[n, ci, y + kh − PH, x + kw − PW],
 * outside the image the input being a 0 that is multiplied and added like any other;
 * gradBias[co] = Σ over n of Σ over y, x of gradOutput[n, co, y, x].
 */
export function conv2dGradWeight(
  s: Conv2dShape,
  input: Float32Array,
  gradOutput: Float32Array,
  gradWeight: Float32Array,
  gradBias: Float32Array,
): void {
  gradWeight.fill(0);
  gradBias.fill(0);
  const kernelSize = s.inChannels * s.kernelHeight * s.kernelWidth;
  const sampleGradWeight = new Float32Array(kernelSize);
  for (let co = 0; co < s.outChannels; co++) {
    for (let n = 0; n < s.n; n++) {
      sampleGradWeight.fill(0);
      let sampleGradBias = 0;
      for (let y = 0; y < s.outHeight; y++) {
        for (let x = 0; x < s.outWidth; x++) {
          const g = gradOutput[((n * s.outChannels + co) * s.outHeight + y) * s.outWidth + x];
          if (g === 0) continue;
          sampleGradBias = f(sampleGradBias + g);
          for (let ci = 0; ci < s.inChannels; ci++) {
            for (let kh = 0; kh < s.kernelHeight; kh++) {
              const iy = y + kh - s.paddingHeight;
              for (let kw = 0; kw < s.kernelWidth; kw++) {
                const ix = x + kw - s.paddingWidth;
                const inside = iy >= 0 && iy < s.height && ix >= 0 && ix < s.width;
                const value = inside ? input[((n * s.inChannels + ci) * s.height + iy) * s.width + ix] : 0;
                const at = (ci * s.kernelHeight + kh) * s.kernelWidth + kw;
                sampleGradWeight[at] = f(sampleGradWeight[at] + f(g * value));
              }
            }
          }
        }
      }
      for (let k = 0; k < kernelSize; k++) {
        gradWeight[co * kernelSize + k] = f(gradWeight[co * kernelSize + k] + sampleGradWeight[k]);
      }
      gradBias[co] = f(gradBias[co] + sampleGradBias);
    }
  }
}

/**
 * gradInput[n, ci, y, x] = Σ over oy of Σ over ox, co of gradOutput[n, co, oy, ox] · weight[co, ci, y + PH − oy, x + PW − ox]: over
 * the outputs that the input went into, in their order.
 */
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
          for (let oy = 0; oy < s.outHeight; oy++) {
            const kh = y + s.paddingHeight - oy;
            if (kh < 0 || kh >= s.kernelHeight) continue;
            let rowSum = 0;
            for (let ox = 0; ox < s.outWidth; ox++) {
              const kw = x + s.paddingWidth - ox;
              if (kw < 0 || kw >= s.kernelWidth) continue;
              for (let co = 0; co < s.outChannels; co++) {
                const g = gradOutput[((n * s.outChannels + co) * s.outHeight + oy) * s.outWidth + ox];
                if (g === 0) continue;
                const w = weight[((co * s.inChannels + ci) * s.kernelHeight + kh) * s.kernelWidth + kw];
                rowSum = f(rowSum + f(g * w));
              }
            }
            sum = f(sum + rowSum);
          }
          gradInput[((n * s.inChannels + ci) * s.height + y) * s.width + x] = sum;
        }
      }
    }
  }
}

export interface MaxPool2dShape {
  /** N · C: the planes are pooled one by one. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  /** Side of the square window and stride. */
  readonly kernelSize: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/**
 * The maximum of each window, read row by row; of equal values the first, and a NaN beats every number (as in PyTorch).
 *
 * @param argmax int32, written: index into `input` of each output's source
 */
export function maxPool2d(
  s: MaxPool2dShape,
  input: Float32Array,
  output: Float32Array,
  argmax: Int32Array,
): void {
  for (let plane = 0; plane < s.planes; plane++) {
    for (let y = 0; y < s.outHeight; y++) {
      for (let x = 0; x < s.outWidth; x++) {
        let best = (plane * s.height + y * s.kernelSize) * s.width + x * s.kernelSize;
        for (let kh = 0; kh < s.kernelSize; kh++) {
          for (let kw = 0; kw < s.kernelSize; kw++) {
            const at = (plane * s.height + y * s.kernelSize + kh) * s.width + x * s.kernelSize + kw;
            if (input[at] > input[best] || Number.isNaN(input[at])) best = at;
          }
        }
        const out = (plane * s.outHeight + y) * s.outWidth + x;
        output[out] = input[best];
        argmax[out] = best;
      }
    }
  }
}

/** Each window's gradient goes to its maximum; windows do not overlap, so nothing is added. */
export function maxPool2dGradInput(
  argmax: Int32Array,
  gradOutput: Float32Array,
  gradInput: Float32Array,
): void {
  gradInput.fill(0);
  for (let i = 0; i < gradOutput.length; i++) gradInput[argmax[i]] = gradOutput[i];
}

/** output[n, o] = bias[o] + Σ over pieces of LINEAR_PIECE inputs of Σ over the piece of input[n, i] · weight[o, i]. */
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
      let sum = bias[o];
      for (let piece = 0; piece < inFeatures; piece += LINEAR_PIECE) {
        let pieceSum = 0;
        for (let i = piece; i < Math.min(piece + LINEAR_PIECE, inFeatures); i++) {
          const value = input[row * inFeatures + i];
          if (value === 0) continue;
          pieceSum = f(pieceSum + f(value * weight[o * inFeatures + i]));
        }
        sum = f(sum + pieceSum);
      }
      output[row * outFeatures + o] = sum;
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
  gradWeight.fill(0);
  gradBias.fill(0);
  for (let row = 0; row < n; row++) {
    for (let o = 0; o < outFeatures; o++) {
      const g = gradOutput[row * outFeatures + o];
      if (g === 0) continue;
      gradBias[o] = f(gradBias[o] + g);
      for (let i = 0; i < inFeatures; i++) {
        const at = o * inFeatures + i;
        gradWeight[at] = f(gradWeight[at] + f(g * input[row * inFeatures + i]));
      }
    }
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
  gradInput.fill(0);
  for (let row = 0; row < n; row++) {
    for (let o = 0; o < outFeatures; o++) {
      const g = gradOutput[row * outFeatures + o];
      if (g === 0) continue;
      for (let i = 0; i < inFeatures; i++) {
        const at = row * inFeatures + i;
        gradInput[at] = f(gradInput[at] + f(g * weight[o * inFeatures + i]));
      }
    }
  }
}

/** 0 for x ≤ 0 (so −0 becomes 0), x otherwise; NaN stays NaN. */
export function relu(input: Float32Array, output: Float32Array): void {
  for (let i = 0; i < input.length; i++) output[i] = input[i] <= 0 ? 0 : input[i];
}

/** The gradient passes where the output is not 0. */
export function reluGradInput(output: Float32Array, gradOutput: Float32Array, gradInput: Float32Array): void {
  for (let i = 0; i < output.length; i++) gradInput[i] = output[i] <= 0 ? 0 : gradOutput[i];
}

/**
 * Forward on activations, backward on gradients alike: where the mask is 1, x · 1/(1 − p), elsewhere 0.
 *
 * @param mask uint8, 1 = keep
 */
export function dropout(p: number, mask: Uint8Array, input: Float32Array, output: Float32Array): void {
  const scale = f(1 / (1 - p));
  for (let i = 0; i < input.length; i++) output[i] = mask[i] === 1 ? f(input[i] * scale) : 0;
}

/**
 * One step of Adam on one parameter, with the operations and the order of `torch.optim.Adam` (not fused, no AMSGrad).
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
    expAvg[i] = f(f(expAvg[i] * a.beta1) + f(g * a.oneMinusBeta1));
    expAvgSq[i] = f(f(expAvgSq[i] * a.beta2) + f(f(a.oneMinusBeta2 * g) * g));
    const denominator = f(f(f(Math.sqrt(expAvgSq[i])) / a.sqrtBiasCorrection2) + a.eps);
    param[i] = f(param[i] + f(f(a.negativeStepSize * expAvg[i]) / denominator));
  }
}

/** One step of `torch.optim.SGD`: buffer = momentum · buffer + grad; param = param − lr · buffer. */
export function sgd(
  momentum: number,
  lr: number,
  grad: Float32Array,
  param: Float32Array,
  momentumBuffer: Float32Array,
): void {
  const m = f(momentum);
  const negativeLr = f(-lr);
  for (let i = 0; i < param.length; i++) {
    momentumBuffer[i] = f(f(momentumBuffer[i] * m) + grad[i]);
    param[i] = f(param[i] + f(negativeLr * momentumBuffer[i]));
  }
}

/**
 * One step of `torch.optim.RMSprop` (not centered, without momentum) on one parameter, with its operations and their order.
 *
 * @param squareAvg running mean of the squared gradients, updated
 */
export function rmsprop(
  a: RmspropScalars,
  grad: Float32Array,
  param: Float32Array,
  squareAvg: Float32Array,
): void {
  for (let i = 0; i < param.length; i++) {
    const g = grad[i];
    squareAvg[i] = f(f(squareAvg[i] * a.alpha) + f(f(a.oneMinusAlpha * g) * g));
    const denominator = f(f(Math.sqrt(squareAvg[i])) + a.eps);
    param[i] = f(param[i] + f(f(a.negativeLr * g) / denominator));
  }
}
