import { isWeighted, type WeightedLayer } from '../../../src/engine/parameters';
import { sizeOf } from '../../../src/experiment/model';
import type { Layer } from '../../../src/experiment/types';
import {
  biasOf,
  type Float64Parameters,
  forEachOfWindows,
  forEachProduct,
  maximaOf,
  weightAndBias,
} from './float64';
import { gamma, UNIT_ROUNDOFF } from './rounding';

/**
 * Running error analysis (Higham, Accuracy and Stability of Numerical Algorithms, 3.3): beside every value of a training
 * step, exact in float64, how far a float32 engine's may be from it, in whatever order it adds.
 *
 * A sum of k products and a start: each product is rounded once, then at most once for each term that joins its chain, so k + 2
 * times in all. With factors x, g that are themselves off by eₓ, e_g:
 *
 *   e = γ(k + 2) · Σ (|x| + eₓ)(|g| + e_g)  +  Σ (|x|·e_g + |g|·eₓ + eₓ·e_g)
 *
 * ReLU and MaxPool2d round nothing; they pass errors on as long as both sides choose alike (`sameChoices`). Dropout scales: three
 * roundings, counting those of the scale. Factors are kept where nothing underflows.
 */
export interface Uncertain {
  readonly value: Float64Array;
  readonly error: Float64Array;
}

export interface Analysis {
  readonly output: Uncertain;
  /** Whether the distance of every value from its kink is greater than its error: float32 then chooses what float64 does. */
  readonly sameChoices: boolean;
  /** Gradients of the input and, by name, of the parameters. */
  backward(gradOutput: Uncertain): { gradInput: Uncertain; gradients: Map<string, Uncertain> };
}

export function exact(value: ArrayLike<number>): Uncertain {
  return { value: Float64Array.from(value), error: new Float64Array(value.length) };
}

export function analyse(
  layers: readonly Layer[],
  parameters: Float64Parameters,
  input: Float32Array,
  n: number,
  masks: readonly Uint8Array[],
): Analysis {
  const inputs: Uncertain[] = [];
  const maskOfLayer = new Map(
    layers.filter(({ type }) => type === 'Dropout').map((layer, i) => [layer, masks[i]]),
  );
  let sameChoices = true;
  let x = exact(input);
  for (const layer of layers) {
    inputs.push(x);
    sameChoices &&= choosesAlike(layer, x, n);
    x = forward(layer, x);
  }

  function forward(layer: Layer, from: Uncertain): Uncertain {
    if (isWeighted(layer)) {
      const [weight, bias] = weightAndBias(layer, parameters);
      const start = new Float64Array(n * sizeOf(layer.outputShape));
      start.forEach((_, o) => (start[o] = bias[biasOf(layer, o)]));
      return sumOfProducts(start, from, exact(weight), (visit) => {
        forEachProduct(layer, n, visit);
      });
    }
    if (layer.type === 'MaxPool2d') {
      const maxima = maximaOf(layer, from.value);
      return each(from, maxima.length, (o) => maxima[o]);
    }
    if (layer.type === 'ReLU') return each(from, from.value.length, (i) => (from.value[i] > 0 ? i : -1));
    if (layer.type === 'Dropout') return scaled(from, layer.p, maskOfLayer.get(layer));
    return from;
  }

  function backward(gradOutput: Uncertain): ReturnType<Analysis['backward']> {
    const gradients = new Map<string, Uncertain>();
    let grad = gradOutput;
    for (let at = layers.length - 1; at >= 0; at--)
      grad = backwardLayer(layers[at], inputs[at], grad, gradients);
    return { gradInput: grad, gradients };
  }

  function backwardLayer(
    layer: Layer,
    from: Uncertain,
    grad: Uncertain,
    gradients: Map<string, Uncertain>,
  ): Uncertain {
    if (isWeighted(layer)) return backwardWeighted(layer, from, grad, gradients);
    if (layer.type === 'MaxPool2d') {
      const source = new Int32Array(from.value.length).fill(-1);
      maximaOf(layer, from.value).forEach((index, o) => (source[index] = o));
      return each(grad, source.length, (i) => source[i]);
    }
    if (layer.type === 'ReLU') return each(grad, from.value.length, (i) => (from.value[i] > 0 ? i : -1));
    if (layer.type === 'Dropout') return scaled(grad, layer.p, maskOfLayer.get(layer));
    return grad;
  }

  function backwardWeighted(
    layer: WeightedLayer,
    from: Uncertain,
    grad: Uncertain,
    gradients: Map<string, Uncertain>,
  ): Uncertain {
    const [weight, bias] = weightAndBias(layer, parameters);
    const zeros = (length: number): Float64Array => new Float64Array(length);
    gradients.set(
      `${layer.name}.weight`,
      sumOfProducts(zeros(weight.length), from, grad, (visit) => {
        forEachProduct(layer, n, (o, i, w) => {
          visit(w, i, o);
        });
      }),
    );
    gradients.set(
      `${layer.name}.bias`,
      sumOfProducts(zeros(bias.length), exact([1]), grad, (visit) => {
        grad.value.forEach((_, o) => {
          visit(biasOf(layer, o), 0, o);
        });
      }),
    );
    return sumOfProducts(zeros(from.value.length), exact(weight), grad, (visit) => {
      forEachProduct(layer, n, (o, i, w) => {
        visit(i, w, o);
      });
    });
  }

  return { output: x, sameChoices, backward };
}

/** start + Σ a · b over what `forEach` visits as (index of the sum, of a, of b). */
function sumOfProducts(
  start: Float64Array,
  a: Uncertain,
  b: Uncertain,
  forEach: (visit: (sum: number, a: number, b: number) => void) => void,
): Uncertain {
  const value = start.slice();
  const magnitude = start.map(Math.abs);
  const inherited = new Float64Array(start.length);
  const terms = new Int32Array(start.length);
  forEach((s, i, j) => {
    const [x, y, ex, ey] = [Math.abs(a.value[i]), Math.abs(b.value[j]), a.error[i], b.error[j]];
    value[s] += a.value[i] * b.value[j];
    magnitude[s] += (x + ex) * (y + ey);
    inherited[s] += x * ey + y * ex + ex * ey;
    terms[s]++;
  });
  return { value, error: inherited.map((error, s) => error + gamma(terms[s] + 2) * magnitude[s]) };
}

/** Element i is that of `from` at `source(i)`, or 0 where that is negative. */
function each(from: Uncertain, length: number, source: (i: number) => number): Uncertain {
  const pick = (values: Float64Array): Float64Array =>
    Float64Array.from({ length }, (_, i) => (source(i) < 0 ? 0 : values[source(i)]));
  return { value: pick(from.value), error: pick(from.error) };
}

function scaled({ value, error }: Uncertain, p: number, mask: Uint8Array | undefined): Uncertain {
  if (mask === undefined) return { value, error };
  const scale = 1 / (1 - p);
  return {
    value: value.map((x, i) => mask[i] * x * scale),
    error: error.map((e, i) => mask[i] * scale * (e + gamma(3) * (Math.abs(value[i]) + e))),
  };
}

function choosesAlike(layer: Layer, { value, error }: Uncertain, n: number): boolean {
  if (layer.type === 'ReLU') return value.every((x, i) => Math.abs(x) > error[i] || error[i] === 0);
  if (layer.type !== 'MaxPool2d') return true;
  const maxima = maximaOf(layer, value);
  let alike = true;
  forEachOfWindows(layer, n, (o, i) => {
    const best = maxima[o];
    const slack = error[i] + error[best];
    if (i !== best && slack > 0 && value[best] - value[i] <= slack) alike = false;
  });
  return alike;
}

/**
 * Softmax/n − onehot/n and the loss, of logits off by at most E, as src/engine/crossEntropy.ts computes them. With u = 2⁻²⁴, D the
 * greatest distance of a logit from the row's maximum, C classes: exp(z − max) is off by a share of (D + 2)u, their sum by (C + D + 2)u; its log
 * by that and a rounding of at most u·ln C; log-softmax by a rounding of z − max and one of the result, each of at most
 * (D + ln C)u: in all δ = (3D + C + 3 ln C + 2)u. Logits off by E move log-softmax by 2E at most.
 */
export function uncertainCrossEntropy(
  logits: Uncertain,
  labels: Uint8Array,
  classes: number,
): { gradOutput: Uncertain; lossError: number } {
  const n = labels.length;
  const value = new Float64Array(n * classes);
  const error = new Float64Array(n * classes);
  let lossError = 0;
  for (let i = 0; i < n; i++) {
    const row = logits.value.subarray(i * classes, (i + 1) * classes);
    const largest = Math.max(...row);
    const spread = largest - Math.min(...row);
    const sum = row.reduce((total, z) => total + Math.exp(z - largest), 0);
    const logitError = Math.max(...logits.error.subarray(i * classes, (i + 1) * classes));
    // 1 % more than the first order that δ is.
    const delta = 2 * logitError + 1.01 * UNIT_ROUNDOFF * (3 * spread + classes + 3 * Math.log(classes) + 2);
    lossError = Math.max(lossError, delta + 2 * UNIT_ROUNDOFF * (spread + Math.log(classes)));
    row.forEach((z, c) => {
      const softmax = Math.exp(z - largest) / sum;
      const onehot = Number(c === labels[i]);
      value[i * classes + c] = (softmax - onehot) / n;
      // exp of log-softmax, then roundings of exp, of 1/n, of their product and of the difference.
      error[i * classes + c] =
        (softmax * (Math.exp(delta) * (1 + gamma(4)) - 1) + gamma(4) * (softmax + onehot)) / n;
    });
  }
  return { gradOutput: { value, error }, lossError };
}
