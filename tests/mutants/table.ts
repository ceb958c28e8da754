import type { Fault } from './fault';

const BITS = 'tests/engine/properties/bits.test.ts';
const REPEATS = 'tests/engine/properties/repeats.test.ts';
const FMA = 'tests/engine/fma.test.ts';
const PUBLISHED = 'tests/audit/claims/published.test.ts';
const TORCH = 'tests/engine/oracles/torch.test.ts';
const CROSS_ENTROPY = 'tests/engine/properties/crossEntropy.test.ts';
const CROSS_ENTROPY_BITS = 'tests/engine/crossEntropy.test.ts';
const EXP_LOG = 'tests/engine/expLog.test.ts';
const RANDOM = 'tests/pytorch/random/random.test.ts';
const STREAMS = 'tests/pytorch/random/streams.test.ts';
const PROTOCOL = 'tests/train/protocol.test.ts';
const EVALUATE = 'tests/train/evaluate.test.ts';
const RUN = 'tests/train/run.test.ts';
const PICKLE = 'tests/pytorch/checkpoint/pickle.test.ts';
const ZIP = 'tests/pytorch/checkpoint/zip.test.ts';
const THEIRS = 'tests/pytorch/checkpoint/theirs.test.ts';
const COMPARE = 'tests/judge/compare.test.ts';
const GOLDEN = 'tests/judge/golden.test.ts';
const GATE = 'tests/gate/goldens.test.ts';
const GATE_JUDGE = 'tests/judge/gate.test.ts';
const BANDS = 'tests/judge/bands.test.ts';
const CHECK = 'tests/judge/check.test.ts';
const PAGE = 'tests/report/html/auditPage.test.ts';
const EQUIVALENCE = 'tests/judge/equivalence.test.ts';
const CLAIMS = 'tests/audit/claims/claims.test.ts';
const PAIRED = 'tests/judge/paired/paired.test.ts';
const TRIAGE = 'tests/judge/triage.test.ts';
const PLACEMENT = 'tests/audit/placement.test.ts';

/** Faults of one file, noticed by the same tests. */
function faultsOf(
  file: string,
  tests: readonly string[],
  changes: readonly (readonly [name: string, find: string, replace: string])[],
): Fault[] {
  return changes.map(([name, find, replace]) => ({ name, file, tests, find, replace }));
}

const paired = [
  ...faultsOf(
    'src/judge/paired/apart.ts',
    [PAIRED],
    [
      [
        'pairs: a pair beside itself',
        'all[i] !== pair && all[i].fate === pair.fate',
        'all[i].fate === pair.fate',
      ],
      ['pairs: the side in no deviations', 'Math.abs(side) },', '0 * side },'],
      ['pairs: digits without a unit', 'Math.max(unit, rootMeanSquare(others))', 'rootMeanSquare(others)'],
    ],
  ),
  ...faultsOf(
    'src/judge/paired/index.ts',
    [PAIRED],
    [
      ['paired: any start passes', 'if (couldBeOfOneSeed(got, wanted))', 'if (got.line !== 0)'],
      ['paired: a far run passes', 'apart.pValue <= 1 - level', 'apart.pValue < 1 - 2 * level'],
    ],
  ),
  ...faultsOf(
    'src/judge/stored/pairs.ts',
    [PAIRED],
    [['pairs: of the judged seed, too', ' && pair.seed !== except', '']],
  ),
  ...faultsOf(
    'src/judge/compare/triage.ts',
    [TRIAGE],
    [
      ['triage: a change is rounding', 'if (!(parted.relative <= most))', 'if (parted.relative < 0)'],
      ['triage: rounding never leaps', 'const LEAP = 5e-3;', 'const LEAP = 1e-6;'],
      ['triage: the first update leaps, too', 'const FIRST_UPDATE = 1e-4;', 'const FIRST_UPDATE = 1e-1;'],
      [
        'triage: what is large between distant lines grows',
        'if (parted.relative <= LEAP && steps <= CLOSE)',
        'if (steps <= CLOSE)',
      ],
    ],
  ),
];

const fusedChain = [
  ...faultsOf(
    'src/engine/reference/fusedChain.ts',
    [BITS],
    [
      [
        'fused-chain, Linear: the sum begins with the bias',
        `      let sum = 0;
      for (let i = 0; i < inFeatures; i++) {`,
        `      let sum = bias[o];
      for (let i = 0; i < inFeatures; i++) {`,
      ],
      ['fused-chain, Conv2d: products rounded', 'sum = fma(value, w, sum);', 'sum = f(sum + f(value * w));'],
      [
        'fused-chain, Conv2d: zeros left out',
        'sum = fma(value, w, sum);',
        'if (value !== 0) sum = fma(value, w, sum);',
      ],
      [
        'fused-chain, Conv2d weight gradient: product rounded',
        'sum = fma(g, value, sum);',
        'sum = f(sum + f(g * value));',
      ],
      [
        'fused-chain, Adam: add_ is not fused',
        'fma(g, a.oneMinusBeta1, f(expAvg[i] * a.beta1))',
        'f(f(g * a.oneMinusBeta1) + f(expAvg[i] * a.beta1))',
      ],
      [
        'fused-chain, Adam: the step before the division',
        'f(f(expAvg[i] / denominator) * a.negativeStepSize)',
        'f(f(expAvg[i] * a.negativeStepSize) / denominator)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/reference/fma.ts',
    [FMA],
    [
      ['fma: rounded twice', 'return roundedSum(sum, product - (sum - ofC) + (c - ofC));', 'return rounded;'],
      [
        'fma: the error of the sum has the other sign',
        'product - (sum - ofC) + (c - ofC)',
        'sum - ofC - product - (c - ofC)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/roundedSum.ts',
    [FMA],
    [
      ['fma: the greatest float32 is never reached from above', 'return isWithin ?', 'return !isWithin ?'],
      ['fma: infinity becomes its opposite', '!Number.isFinite(rounded) || ', ''],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/fma.ts',
    [FMA],
    [
      ['wasm, fma: subnormal sums are rounded twice', 'v128.or(middle, v128.and(low, notZero))', 'middle'],
      [
        'wasm, fma: middles are rounded twice',
        'v128.or(middle, v128.and(low, notZero))',
        'v128.and(low, notZero)',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/published.ts',
    [PUBLISHED],
    [
      [
        'published: whatever comes out is as published',
        'isAsPublished: computed === published',
        'isAsPublished: true',
      ],
    ],
  ),
];

const reference = faultsOf(
  'src/engine/reference/numerics.ts',
  [BITS],
  [
    [
      'Conv2d: kernel transposed',
      `if (value === 0) continue;
                const w = weight[((co * s.inChannels + ci) * s.kernelHeight + kh) * s.kernelWidth + kw];`,
      `if (value === 0) continue;
                const w = weight[((co * s.inChannels + ci) * s.kernelWidth + kw) * s.kernelHeight + kh];`,
    ],
    [
      'Conv2d: one row of padding too few, from the next channel instead',
      'if (iy < 0 || iy >= s.height) continue;',
      'if (iy < 0 || iy > s.height) continue;',
    ],
    ['Conv2d: all taps in one chain', 'tapSum = f(tapSum + f(value * w));', 'sum = f(sum + f(value * w));'],
    [
      'Conv2d: products not rounded, as by a fused multiply-add',
      'tapSum = f(tapSum + f(value * w));',
      'tapSum = f(tapSum + value * w);',
    ],
    ['Conv2d: a bias of -0 stays', 'let sum = f(bias[co] + 0);', 'let sum = bias[co];'],
    [
      'Conv2d weight gradient: samples in reverse',
      `for (let n = 0; n < s.n; n++) {
      sampleGradWeight.fill(0);`,
      `for (let n = s.n - 1; n >= 0; n--) {
      sampleGradWeight.fill(0);`,
    ],
    ["Conv2d weight gradient: a sample's sum goes on in the next one's", 'sampleGradWeight.fill(0);', ''],
    [
      'Conv2d weight gradient: the padding is left out, even against NaN',
      'sampleGradWeight[at] = f(',
      'if (inside) sampleGradWeight[at] = f(',
    ],
    ['Conv2d: gradient of the bias forgotten', 'gradBias[co] = f(gradBias[co] + sampleGradBias);', ''],
    [
      'Conv2d input gradient: kernel not turned',
      'const kw = x + s.paddingWidth - ox;',
      'const kw = ox + s.paddingWidth - x;',
    ],
    [
      'Conv2d input gradient: ox and co in the other order',
      `for (let ox = 0; ox < s.outWidth; ox++) {
              const kw = x + s.paddingWidth - ox;
              if (kw < 0 || kw >= s.kernelWidth) continue;
              for (let co = 0; co < s.outChannels; co++) {`,
      `for (let co = 0; co < s.outChannels; co++) {
              for (let ox = 0; ox < s.outWidth; ox++) {
                const kw = x + s.paddingWidth - ox;
                if (kw < 0 || kw >= s.kernelWidth) continue;`,
    ],
    [
      'Conv2d input gradient: all rows in one chain',
      'rowSum = f(rowSum + f(g * w));',
      'sum = f(sum + f(g * w));',
    ],
    [
      'MaxPool2d: the last of equal values',
      'if (input[at] > input[best] ||',
      'if (input[at] >= input[best] ||',
    ],
    ['MaxPool2d: NaN loses', ' || Number.isNaN(input[at])) best = at;', ') best = at;'],
    [
      'MaxPool2d: windows overlap',
      's.kernelSize + kh) * s.width + x * s.kernelSize + kw;',
      's.kernelSize + kh) * s.width + x + kw;',
    ],
    [
      'Linear: one chain instead of pieces',
      'pieceSum = f(pieceSum + f(value * weight[o * inFeatures + i]));',
      'sum = f(sum + f(value * weight[o * inFeatures + i]));',
    ],
    ['Linear: no bias', 'let sum = bias[o];', 'let sum = 0;'],
    [
      'Linear: the gradient of the batch before is added',
      `gradWeight.fill(0);
  gradBias.fill(0);
  for (let row`,
      `gradBias.fill(0);
  for (let row`,
    ],
    ['ReLU: -0 passes', 'output[i] = input[i] <= 0 ?', 'output[i] = input[i] < 0 ?'],
    ['ReLU: gradient passes at 0', 'gradInput[i] = output[i] <= 0 ?', 'gradInput[i] = output[i] < 0 ?'],
    ['Dropout: no 1/(1 - p)', 'const scale = f(1 / (1 - p));', 'const scale = 1;'],
    ['Dropout: mask inverted', 'mask[i] === 1 ?', 'mask[i] === 0 ?'],
    ['Adam: beta1 for the second moment', 'expAvgSq[i] * a.beta2', 'expAvgSq[i] * a.beta1'],
    [
      'Adam: eps before the bias correction',
      'f(f(f(Math.sqrt(expAvgSq[i])) / a.sqrtBiasCorrection2) + a.eps)',
      'f(f(f(Math.sqrt(expAvgSq[i])) + a.eps) / a.sqrtBiasCorrection2)',
    ],
    [
      'Adam: first moment rounded once instead of three times',
      'f(f(expAvg[i] * a.beta1) + f(g * a.oneMinusBeta1))',
      'f(expAvg[i] * a.beta1 + g * a.oneMinusBeta1)',
    ],
    [
      'RMSprop: eps below the root',
      'f(f(Math.sqrt(squareAvg[i])) + a.eps)',
      'f(Math.sqrt(f(squareAvg[i] + a.eps)))',
    ],
    ['SGD: no momentum in the step', 'f(negativeLr * momentumBuffer[i])', 'f(negativeLr * grad[i])'],
  ],
);

const shared = [
  ...faultsOf(
    'src/engine/optimizer.ts',
    [TORCH],
    [
      ['Adam: betas exchanged', 'const [beta1, beta2] = spec.betas;', 'const [beta2, beta1] = spec.betas;'],
      [
        'Adam: no square root of the bias correction',
        'Math.fround(Math.sqrt(1 - power(beta2, stepCount)))',
        'Math.fround(1 - power(beta2, stepCount))',
      ],
      [
        'Adam: bias correction of the first step for ever',
        '-lr / (1 - power(beta1, stepCount))',
        '-lr / (1 - power(beta1, 1))',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/crossEntropy.ts',
    [CROSS_ENTROPY, CROSS_ENTROPY_BITS],
    [
      ['softmax: not shifted by the maximum', 'return maximum;', 'return 0;'],
      ['cross-entropy: gradient of the sum, not of the mean', 'const share = f(1 / n);', 'const share = 1;'],
      [
        'cross-entropy: gradient without the label',
        'c === labels[i] ? f(softmaxShare - share) : softmaxShare;',
        'softmaxShare;',
      ],
      [
        'cross-entropy: batch loss added in float32',
        'total -= logSoftmax;',
        'total = f(total - logSoftmax);',
      ],
      ['cross-entropy: loss of class 0', 'f(logits[row + labels[i]] -', 'f(logits[row] -'],
      ['argmax: the last of equal logits', 'if (value > maximum ||', 'if (value >= maximum ||'],
      ['argmax: NaN loses', ' || value !== value) best = c;', ') best = c;'],
    ],
  ),
  ...faultsOf(
    'src/engine/expLog.ts',
    [EXP_LOG],
    [
      ['exp: half of the terms', 'let n = 14;', 'let n = 7;'],
      ['exp: subnormal results are 0', 'if (x < -104) return 0;', 'if (x < -87) return 0;'],
      ['exp: ln 2 without its second part', ' - k * LN2_LOW;', ';'],
      ['log: five terms too few', 'let n = 21;', 'let n = 11;'],
      [
        'log: of -0 is NaN',
        'if (x !== x || x < 0) return NaN;',
        'if (x !== x || x < 0 || 1 / x < 0) return NaN;',
      ],
    ],
  ),
];

const wasm = [
  ...faultsOf(
    'src/engine/wasm/assembly/accumulate.ts',
    [BITS],
    [
      [
        'wasm sums: one vector of twelve from its neighbour',
        'a11 = f32x4.add(a11, f32x4.mul(value, v128.load(from, 176)));',
        'a11 = f32x4.add(a11, f32x4.mul(value, v128.load(from, 160)));',
      ],
      [
        'wasm Conv2d: a bias of -0 stays',
        'let a7 = f32x4.add(v128.load(start, 112), zero);\n  for (let entry = list; entry < end; entry += 4)',
        'let a7 = v128.load(start, 112);\n  for (let entry = list; entry < end; entry += 4)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/append.ts',
    [BITS],
    [
      [
        'wasm lists: the last channels of a pixel lose one',
        '(1 << (channels - c)) - 1',
        '(1 << (channels - c - 1)) - 1',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/collect.ts',
    [BITS],
    [
      [
        'wasm pooled gradient: windows beyond the last of a row',
        'const present = lanesBelow(px, width);',
        'const present = 15;',
      ],
      [
        'wasm lists: zeros are kept, to meet infinite weights',
        'i32x4.bitmask(f32x4.ne(values, zero)) & lanesBelow(k, features)',
        'lanesBelow(k, features)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/conv2d.ts',
    [BITS],
    [
      ['wasm Conv2d: every tap of a row is the first', 'first += tapBytes;', ''],
      [
        'wasm Conv2d: last row of the padding forgotten',
        'min(outHeight, height + paddingHeight - kh)',
        'min(outHeight, height - kh)',
      ],
      [
        'wasm Conv2d: gradient of the bias grows from batch to batch',
        'for (let co = first; co < last; co++) store<f32>(gradBias + (co << 2), 0);',
        '',
      ],
      [
        'wasm Conv2d weight gradient: every channel of a task from the first one on',
        '      list = end;\n',
        '',
      ],
      [
        'wasm Conv2d of one channel: infinite weights meet zeros',
        ' && areFinite(packed, kernelHeight * kernelWidth * pixelStride)',
        '',
      ],
      [
        'wasm Conv2d: input gradient not cleared',
        'for (let y = 0; y < height; y++) clear(to + y * rowStride, width * pixelStride);',
        '',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/windows.ts',
    [REPEATS, BITS],
    [
      [
        'wasm Conv2d of one channel: a window whose first rows repeat is taken for a repetition',
        'for (let y = 0; y < height; y++) {\n    // The last',
        'for (let y = 0; y < height - 1; y++) {\n    // The last',
      ],
      [
        'wasm Conv2d of one channel: a window whose first columns repeat is taken for a repetition',
        'for (let at = 0; at < bytes; at += 16)',
        'for (let at = 0; at < bytes - 15; at += 16)',
      ],
      [
        'wasm Conv2d of one channel: passes back where ReLU did not',
        'v128.store(at, v128.or(place, f32x4.le(best, zero)));',
        'v128.store(at, place);',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/sampleSums.ts',
    [BITS],
    [
      [
        'wasm sums of samples: taps beyond the fourth are the first again',
        'input + kh * inputRowStride + (first << 2)',
        'input + kh * inputRowStride',
      ],
      [
        'wasm sums of samples: from the last sample on',
        'for (let i = 0; i < n; i++)',
        'for (let i = n - 1; i >= 0; i--)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/linear.ts',
    [BITS],
    [
      [
        'wasm Linear: gradients of samples that only the batch before had',
        'gradSampleStride, n, inputSampleStride);',
        'gradSampleStride, maxBatch, inputSampleStride);',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/maxPool2d.ts',
    [BITS],
    [
      ['wasm MaxPool2d: the last of equal values', 'f32x4.gt(value, best)', 'f32x4.ge(value, best)'],
      [
        'wasm pooled gradient: passes where ReLU did not',
        'relu ? v128.or(bestAt, f32x4.le(best, f32x4.splat(0))) : bestAt',
        'bestAt',
      ],
      [
        'wasm MaxPool2d: gradients of the batch before stay',
        'for (let y = 0; y < height; y++) clear(grad + y * inputRowStride, width * pixelStride);',
        '',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/relu.ts',
    [BITS],
    [['wasm ReLU: -0 passes', 'f32x4.le(x, f32x4.splat(0))', 'f32x4.lt(x, f32x4.splat(0))']],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/dropout.ts',
    [BITS],
    [['wasm Dropout: mask inverted', 'load<u8>(keep) == 1', 'load<u8>(keep) == 0']],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/distinct.ts',
    [BITS],
    [
      [
        'wasm Conv2d: pixels of one hash are taken for one',
        'd != 0 && !isSame(pixel, load<i32>(sources + (d << 2)), channels)',
        'false',
      ],
      [
        'wasm Conv2d: pixels that only begin alike are taken for one',
        'const end = a + (channels << 2);',
        'const end = a + 16;',
      ],
      ['wasm Conv2d: the padding is the first pixel', 'let count = 1;', 'let count = 0;'],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/pack.ts',
    [BITS],
    [
      [
        'wasm Conv2d input gradient: kernel not turned',
        'for (let kw = kernelWidth - 1; kw >= 0; kw--)',
        'for (let kw = 0; kw < kernelWidth; kw++)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/optimizer.ts',
    [BITS],
    [
      [
        'wasm Adam: squares the gradient first',
        'f32x4.mul(f32x4.mul(oneMinusBeta2, g), g)',
        'f32x4.mul(oneMinusBeta2, f32x4.mul(g, g))',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/plan/plan.ts',
    [BITS],
    [
      [
        'wasm: packed weights not refreshed after a step',
        'step: [this.optimizerRegion(), ...pack],',
        'step: [this.optimizerRegion()],',
      ],
      ['wasm Dropout: no 1/(1 - p)', 'mask, Math.fround(1 / (1 - p))];', 'mask, 1];'],
      [
        'wasm optimizer: the last, smaller chunk is left out',
        'Math.ceil(this.parameterBytes / OPTIMIZER_CHUNK)',
        'Math.floor(this.parameterBytes / OPTIMIZER_CHUNK)',
      ],
      [
        'wasm: no border of zeros around what a padded Conv2d reads',
        "return reader?.type === 'Conv2d' ? reader.padding : [0, 0];",
        'return [0, reader ? 0 : 0];',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/wasm/kernels.ts',
    [BITS],
    [
      [
        'wasm: the last, smaller group of samples is left out',
        'Math.ceil(n / GROUP)',
        'Math.floor(n / GROUP)',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/plan/engine.ts',
    [BITS],
    [
      [
        'wasm: the first mask serves every Dropout',
        'this.bytes.set(mask, this.program.masks[i])',
        'this.bytes.set(masks[0].subarray(0, mask.length), this.program.masks[i])',
      ],
      [
        'wasm: a restored optimizer starts from step 0',
        `this.stepCount = state.stepCount;`,
        'this.stepCount = 0;',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/plan/parameterStore.ts',
    [BITS],
    [
      [
        'wasm: kernels stored transposed',
        '((o * channels + c) * rows + row) * pixels + pixel)',
        '((o * channels + c) * pixels + pixel) * rows + row)',
      ],
    ],
  ),
];

/** Of one vector width or of all: the suites run them all. */
const native = [
  ...faultsOf(
    'src/engine/native/kernels/sums.h',
    [BITS],
    [
      [
        'native sums: a product is fused with its sum',
        'sum[v] = sum[v] + value * load(from + 4 * WIDTH * v);',
        'for (int lane = 0; lane < WIDTH; lane++)\n      sum[v][lane] = __builtin_fmaf(value[lane], load(from + 4 * WIDTH * v)[lane], sum[v][lane]);',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/lists.h',
    [BITS],
    [
      [
        'native lists: the last channels of a pixel lose one',
        'return lanes() < channels - c;',
        'return lanes() < channels - c - (channels - c < WIDTH);',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/conv2d.h',
    [BITS],
    [
      [
        'native Conv2d: infinite weights meet zeros',
        'from.channels == 1 && areFinite(packed, outputBytes * from.kernelHeight * from.kernelWidth)',
        'from.channels == 1',
      ],
      [
        'native pooled gradient: passes where ReLU did not',
        'best[v].at | (best[v].value <= 0)',
        'best[v].at',
      ],
      [
        'native Conv2d: a bias of -0 stays',
        'sum[v] = load(bias + 4 * WIDTH * v) + 0.0f;',
        'sum[v] = load(bias + 4 * WIDTH * v);',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/conv2dGradInput.h',
    [BITS],
    [
      [
        'native Conv2d input gradient: one column off',
        'const int x = ox - paddingWidth;',
        'const int x = ox - paddingWidth + 1;',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/conv2dGradWeight.h',
    [BITS],
    [
      [
        'native Conv2d weight gradient: gradients of 0 meet infinite inputs',
        'sum[r][t][v] = FINITE ? next : g[v] != 0 ? next : sum[r][t][v];',
        'sum[r][t][v] = next;',
      ],
      [
        'native pooled gradient: rows and columns of a window exchanged',
        'store(to, from.maximum == (ky << 16 | kx) ? from.grad : Floats{});',
        'store(to, from.maximum == (kx << 16 | ky) ? from.grad : Floats{});',
      ],
      [
        'native pooled gradient: pixels beyond the last window keep what was there',
        'clear(rows + ky * rowBytes() + filled, rowBytes() - filled);',
        ';',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/collect.h',
    [BITS],
    [
      [
        'native lists of channels: gradients of 0 meet infinite inputs',
        'return {g, g != 0, loadInts(argmax + byte)};',
        'return {g, ~Ints{}, loadInts(argmax + byte)};',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/maxPool2d.h',
    [BITS],
    [['native MaxPool2d: the last of equal values', '(value > best.value)', '(value >= best.value)']],
  ),
  ...faultsOf(
    'src/engine/native/arithmetic.h',
    ['tests/engine/arithmetic.test.ts'],
    [
      [
        'native: rounds as the process around it does',
        'before_(get()) { set(DEFAULT); }',
        'before_(get()) {}',
      ],
    ],
  ),
  ...faultsOf(
    'src/engine/native/kernels/linear.h',
    ['tests/engine/native.test.ts'],
    [
      [
        'native Linear: its outputs may lie outside of memory',
        'bounds.area(output, (bounds.samples() - 1) * outputSampleStride + blocks * blockBytes);',
        '',
      ],
    ],
  ),
];

const random = [
  ...faultsOf(
    'src/pytorch/random/mt19937.ts',
    [RANDOM],
    [
      ['MT19937: one tempering shift off', '(y << 15)', '(y << 16)'],
      [
        'MT19937: seed not cut to 32 bits',
        'Number(BigInt.asUintN(32, BigInt(seed)))',
        'Number(BigInt.asUintN(31, BigInt(seed)))',
      ],
    ],
  ),
  ...faultsOf(
    'src/pytorch/random/draws.ts',
    [RANDOM],
    [
      [
        'uniform: high bits instead of low',
        'generator.nextUint32() & 0xffffff',
        'generator.nextUint32() >>> 8',
      ],
      ['uniform: range not rounded to float32', 'Math.fround(Math.fround(to) - low)', '(to - from)'],
      ['random_: low word first', '(high << 32n) | low', '(low << 32n) | high'],
      ['randperm: one place too few', '% (n - i)', '% (n - i - 1)'],
      [
        'dropout mask: drawn with p instead of 1 - p',
        'else bernoulliMask(generator, 1 - p, mask)',
        'else bernoulliMask(generator, p, mask)',
      ],
      ['dropout mask: drawn even where p is 0', 'if (p === 0 || p === 1)', 'if (p === 1)'],
    ],
  ),
  ...faultsOf(
    'src/pytorch/random/draws.ts',
    [STREAMS],
    [
      [
        'torch-mkl: seeded with 64 bits',
        'new Mcg31(generator.nextUint32())',
        'new Mcg31(Number(randomInt64(generator) & 0xffffffffn))',
      ],
      ['torch-mkl: drawn as torch', "rng === RNGS['torch-mkl']", 'rng !== rng'],
    ],
  ),
  ...faultsOf(
    'src/pytorch/random/mcg31.ts',
    [STREAMS],
    [
      ['MCG31m1: the seed itself is left out', 'return next;', 'return this.next;'],
      ['MCG31m1: a product beyond 2^53', 'reduced(next * HIGH) * 0x10000 + next * LOW', 'next * MULTIPLIER'],
      ['MCG31m1: 0 as a state', 'reduced(seed) || 1', 'reduced(seed)'],
    ],
  ),
  ...faultsOf(
    'src/pytorch/random/init.ts',
    [RANDOM],
    [['initial weights: fan-in without the kernel', 'sizeOf(shape.slice(1))', 'sizeOf(shape.slice(1, 2))']],
  ),
];

const trainer = [
  ...faultsOf(
    'src/train/batches.ts',
    ['tests/spec/protocol.test.ts'],
    [['labels in the order of the file', 'allLabels[image]', 'allLabels[start + i]']],
  ),
  ...faultsOf(
    'src/train/batches.ts',
    [PROTOCOL],
    [
      [
        'normalisation rounded once',
        'f(f(f(byte / 255) - f(mean)) / f(std))',
        'f((byte / 255 - mean) / std)',
      ],
    ],
  ),
  ...faultsOf(
    'src/train/epoch.ts',
    [PROTOCOL],
    [
      ['the same shuffle each epoch', 'new Mt19937(from.samplerSeed)', 'new Mt19937(1)'],
      ["the iterator's base seed is not drawn", 'randomInt64(generator);\n  return', 'return'],
      ['the last, smaller batch is dropped', 'start < batches.count;', 'start + batchSize <= batches.count;'],
      [
        'one dropout mask for the whole epoch',
        'dropoutMask(generator, p, ofBatch, rng);',
        'if (start === 0) dropoutMask(generator, p, ofBatch, rng);',
      ],
      [
        'gradients of the batch before',
        'engine.backward(gradOfBatch);',
        'if (start > 0) engine.backward(gradOfBatch);',
      ],
    ],
  ),
  ...faultsOf(
    'src/train/evaluate.ts',
    [EVALUATE],
    [
      ['evaluation draws nothing', 'randomInt64(generator);', ''],
      [
        'test loss added in float32',
        'totalLoss += losses[i];',
        'totalLoss = Math.fround(totalLoss + losses[i]);',
      ],
      [
        'predictions are held against the next label',
        'predictions[i] === labels[i]',
        'predictions[i] === labels[i + 1]',
      ],
    ],
  ),
  ...faultsOf(
    'src/train/training.ts',
    [RUN],
    [
      [
        'resumed without the state of the generator',
        'saved ? Mt19937.fromState(saved.generator) : new Mt19937(seed)',
        'new Mt19937(seed)',
      ],
      ["resumed without the optimizer's state", 'if (saved) engine.setOptimizerState(saved.optimizer);', ''],
      [
        'resumed in another order of the images',
        'this.samplerSeed = saved?.samplerSeed;',
        'this.samplerSeed = saved?.samplerSeed && saved.samplerSeed + 1n;',
      ],
      [
        'a stopped evaluation has drawn',
        'isPartOfIt ? Mt19937.fromState(this.generator.getState()) : new Mt19937(0)',
        'isPartOfIt ? this.generator : new Mt19937(0)',
      ],
      [
        'the digest of the initial weights for every epoch',
        'weightsSha256: this.weightsSha256()',
        'weightsSha256: this.initialWeightsSha256',
      ],
    ],
  ),
  ...faultsOf(
    'src/train/run.ts',
    [RUN],
    [['a stop within an epoch is not saved', 'await save();\n    await writeLog', 'await writeLog']],
  ),
  ...faultsOf(
    'src/train/checkpoint.ts',
    [RUN],
    [
      [
        'the digest of a checkpoint is not checked',
        'if (!digest.equals(bytes.subarray(-DIGEST_BYTES)))',
        'if (digest.length === 0)',
      ],
    ],
  ),
  ...faultsOf(
    'src/train/checks.ts',
    [RUN],
    [
      ['resumed with another seed', "['seed', run.seed, asked.seed],", ''],
      [
        'resumed in an epoch without its seed',
        'const isWithin = saved.samplerSeed !== undefined;',
        'const isWithin = true;',
      ],
      ['resumed with another stream', "['stream of random numbers', run.rng, asked.rng],", ''],
      [
        'resumed to before the end of its record',
        'Math.max(saved.losses.length, recorded)',
        'saved.losses.length',
      ],
      ['a label one too great is let in', 'greatest >= data.classes', 'greatest > data.classes'],
    ],
  ),
];

const checkpoints = [
  ...faultsOf(
    'src/pytorch/checkpoint/pth/unpickle.ts',
    [PICKLE],
    [
      [
        'a pickle imports what it likes',
        'if (known !== undefined) return known;',
        'return known ?? new PickledGlobal(name);',
      ],
      ['a tensor one element beyond its storage', 'last >= storage.length', 'last > storage.length'],
      ['an expanded tensor is expanded', 'if (count > storage.length) {', 'if (count === -1) {'],
      ['as many objects as a pickle likes', 'if (--this.objectsLeft < 0)', 'if (this.objectsLeft < 0)'],
      ['a mark is no floor', 'if (this.stack.length <= this.lastMark())', 'if (this.stack.length === 0)'],
    ],
  ),
  ...faultsOf(
    'src/pytorch/checkpoint/pth/zip.ts',
    [ZIP],
    [
      ['a CRC is not checked', 'if (computed !== crc) {', 'if (computed === -1) {'],
      ['compressed records are taken as they are', 'if (method !== STORED ||', 'if ('],
      ['records may overlap', 'if (entry.headerOffset !== next)', 'if (entry.headerOffset > next)'],
    ],
  ),
  ...faultsOf(
    'src/pytorch/checkpoint/safetensors/read.ts',
    [THEIRS],
    [
      ['bytes behind the last tensor', 'if (next !== data.length) {', 'if (next > data.length) {'],
      ['tensors may overlap', 'if (begin !== next ||', 'if (begin > next ||'],
    ],
  ),
  ...faultsOf(
    'src/pytorch/checkpoint/safetensors/header.ts',
    [THEIRS],
    [['a key may stand twice', 'if (keys.has(key))', 'if (keys.size < 0)']],
  ),
  ...faultsOf(
    'src/pytorch/checkpoint/tensor.ts',
    [THEIRS],
    [
      ['strides are passed over', 'at += stride[axis];', 'at += axis === shape.length - 1 ? 1 : 0;'],
      ['float16: subnormals are zero', '* fraction * SMALLEST_FLOAT16', '* 0'],
    ],
  ),
  ...faultsOf(
    'src/train/training.ts',
    [RUN],
    [
      [
        'the weights of --init are not taken',
        'return this.options.init?.parameters ?? drawn;',
        'return drawn;',
      ],
      [
        'with --init the seed draws no weights',
        'initialParameters(this.layers, this.generator, constructions)',
        'initialParameters(this.layers, this.options.init ? new Mt19937(0) : this.generator, constructions)',
      ],
    ],
  ),
];

const data = [
  ...faultsOf(
    'src/data/idx.ts',
    ['tests/data/idx.test.ts'],
    [
      [
        'IDX: bytes after the end pass',
        'if (bytes.length !== expectedBytes)',
        'if (bytes.length < expectedBytes)',
      ],
      [
        'IDX: fewer bytes than promised pass',
        'if (bytes.length !== expectedBytes)',
        'if (bytes.length > expectedBytes)',
      ],
      [
        'IDX: channels are the height',
        '[channels, height, width] = size.length === 3 ? size',
        '[height, channels, width] = size.length === 3 ? size',
      ],
      ['IDX: labels begin one byte late', 'labels: elements(labels, 8)', 'labels: elements(labels, 9)'],
      ['IDX: more labels than images', 'if (labelCount !== count)', 'if (labelCount < count)'],
    ],
  ),
  ...faultsOf(
    'src/data/known.ts',
    ['tests/data/load.test.ts'],
    [['the digest of a file is not checked', 'if (file.sha256 === expected) return;', 'return;']],
  ),
];

const spec = [
  ...faultsOf(
    'src/experiment/model.ts',
    ['tests/experiment/model.test.ts'],
    [
      ['shapes: padding counted once', 'height + 2 * paddingHeight -', 'height + paddingHeight -'],
      [
        'shapes: pooling rounds up',
        'Math.floor(height / module.kernelSize)',
        'Math.ceil(height / module.kernelSize)',
      ],
      [
        'state_dict: kernel size turned',
        '[layer.outChannels, layer.inChannels, ...layer.kernelSize]',
        '[layer.outChannels, layer.inChannels, layer.kernelSize[1], layer.kernelSize[0]]',
      ],
    ],
  ),
  ...faultsOf(
    'src/experiment/load.ts',
    ['tests/experiment/load.test.ts'],
    [
      ['expected shapes and counts are not checked', 'if (expectedText === derivedText) return;', 'return;'],
      ['fields without provenance pass', 'if (isLeaf && !pathAndParents', 'if (!isLeaf && !pathAndParents'],
    ],
  ),
  ...faultsOf(
    'spec/schema/experiment.schema.json',
    ['tests/experiment/load.test.ts'],
    [['schema: a mean of more than 1', '"minimum": 0, "maximum": 1 }', '"minimum": 0, "maximum": 2 }']],
  ),
];

const log = [
  ...faultsOf(
    'src/base/printf.ts',
    ['tests/base/printf.test.ts'],
    [
      [
        'ties round up',
        'twiceRemainder === denominator && quotient % 2n === 1n',
        'twiceRemainder === denominator',
      ],
      ['a rounded-off -0 loses its sign', 'negative: bits >> 63n === 1n', 'negative: value < 0'],
    ],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/print.ts',
    ['tests/logs/pytorchExample/print.test.ts', 'tests/run/record.test.ts'],
    [
      ['percents rounded as JavaScript does', '${pythonFixed(percent, 0)}%', '${Math.round(percent)}%'],
      ['losses rounded as JavaScript does', 'pythonFixed(loss, 6)', 'loss.toFixed(6)'],
    ],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/transcript.ts',
    [RUN, 'tests/spec/log-format.test.ts'],
    [
      ['samples are counted after the batch', 'seen: batch * batchSize', 'seen: (batch + 1) * batchSize'],
      [
        'percent of samples instead of batches',
        '(100 * batch) / this.batches()',
        '(100 * batch * batchSize) / total',
      ],
    ],
  ),
  ...faultsOf(
    'src/logs/path.ts',
    ['tests/logs/path.test.ts'],
    [['paths: the seed is not read', '? Number(text) : undefined)));', '? undefined : undefined)));']],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/scanner.ts',
    ['tests/logs/pytorchExample/print.test.ts'],
    [
      [
        'what follows the last number is left out',
        'if (this.position < this.text.length)',
        'if (this.position < 0)',
      ],
      ['numbers with leading zeros pass', '(0|[1-9]\\d{0,14})(?!\\d)', '(\\d{1,15})(?!\\d)'],

      [
        'a loss needs no blank before it',
        'this.match(/[ \\t]+/y) === undefined',
        'this.match(/[ \\t]*/y) === undefined',
      ],
    ],
  ),
  ...faultsOf(
    'src/run/record.ts',
    ['tests/run/record.test.ts'],
    [
      ['records: a loss of -0 loses its sign', "if (Object.is(value, -0)) return '-0';", ''],
      [
        'records: losses in float64 pass',
        'Object.is(Math.fround(loss), loss)',
        'Number.isFinite(loss) || true',
      ],
      ['records: more correct images than there are', 'correctCount <= testCount', 'correctCount >= 0'],
    ],
  ),
];

const judge = [
  ...faultsOf(
    'src/run/run.ts',
    [COMPARE],
    [['tolerance: of a whole last digit', '0.5 / Number(', '1 / Number(']],
  ),
  ...faultsOf(
    'src/judge/compare/tolerance.ts',
    [COMPARE],
    [
      [
        'tolerance: NaN is within it',
        'if (Number.isNaN(difference) || difference === Infinity) return Infinity;',
        'if (Number.isNaN(difference)) return 0;',
      ],
      [
        'tolerance: NaN is not even a NaN',
        'if (Object.is(a.value, b.value)) return 0;',
        'if (a.value === b.value) return 0;',
      ],
      [
        'tolerance: relative to the lesser loss',
        'Math.max(Math.abs(a.value), Math.abs(b.value))',
        'Math.min(Math.abs(a.value), Math.abs(b.value))',
      ],

      [
        'tolerance: what is printed beside equal counts is not compared',
        'a.value === b.value && a.share && b.share',
        'a.value !== b.value && a.share && b.share',
      ],
      ['tolerance: finer than one image passes', 'points >= oneSample) return;', 'points >= 0) return;'],
      ['digests are not compared', 'return a.value === b.value ? 0 : Infinity;', 'return 0;'],
    ],
  ),
  ...faultsOf(
    'src/judge/compare/index.ts',
    [COMPARE],
    [
      [
        'what only one run has is not compared',
        'Math.max(a.length, b.length)',
        'Math.min(a.length, b.length)',
      ],
      [
        'another data set is the same experiment',
        "['data set', ({ data }) => `${data.name} (SHA-256 ${data.sha256})`],",
        '',
      ],
      [
        'an engine without promise is judged bit by bit',
        "a.tier === 'bitwise' && b.tier === 'bitwise'",
        "a.tier === 'bitwise'",
      ],
      [
        "a log of another model is a record's",
        'stated: { ...run.stated, modules,',
        'stated: { ...run.stated,',
      ],
      ['a record of another experiment is held against a log', 'checkIsOf(side.record, experiment);', ''],
      ['a log that ends early is whole', '!hasRecord || ', ''],
    ],
  ),
  ...faultsOf(
    'src/judge/golden/vacuous.ts',
    [GOLDEN],
    [
      ['goldens: a NaN is approved', '!Number.isFinite(value.value)', 'value.value === Infinity'],
      [
        'goldens: a model that does not move is approved',
        'losses.every((loss) => loss === losses[0])',
        'losses.length === 0',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/golden/moved.ts',
    [GOLDEN],
    [
      [
        'goldens: a loss that becomes NaN has not moved',
        'Number.isNaN(relative) ? Infinity : relative',
        'relative',
      ],
    ],
  ),
  ...faultsOf(
    'src/statistics/conformal.ts',
    [BANDS],
    [
      ['bands: one rank too low', '[rank - 1]', '[rank - 2]'],
      [
        'bands: coverage as if the next run were one of the n',
        'coverage: rank / (n + 1)',
        'coverage: rank / n',
      ],
      [
        'bands: standard deviation over n',
        'Math.sqrt(squares / (runs.length - 1))',
        'Math.sqrt(squares / runs.length)',
      ],
      ['bands: a band of infinite width', 'if (!Number.isFinite(quantile))', 'if (Number.isNaN(quantile))'],
      ['bands: a p-value of 0', '(1 + scores.filter(', '(scores.filter('],
      [
        'bands: what one band covers on average is what it covers at least',
        'jStat.beta.inv(1 - confidence,',
        'jStat.beta.inv(0.5,',
      ],
      ['bands: NaN is no deviation', 'Number.isNaN(deviations) ? Infinity : deviations', 'deviations'],
      ['bands: several runs at once are each judged as one', 'together ** (1 / 4)', 'together ** 0'],
    ],
  ),
  ...faultsOf(
    'src/judge/score.ts',
    [BANDS],
    [
      ['bands: scores of runs that are in their own moments', '(other) => other !== own', '() => true'],

      [
        'bands: losses cannot fail a run',
        'for (const [m, series] of own.entries())',
        "for (const [m, series] of own.entries()) if (metrics[m].per === 'epoch')",
      ],
      [
        'bands: the first loss is pooled, too',
        'later.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1)',
        'moments.slice(Math.max(0, i + 1 - NEIGHBOURS), i + NEIGHBOURS + 2)',
      ],
      ['bands: no loss is pooled', 'i + NEIGHBOURS + 1', 'i + 1'],
      ['bands: a run that alone collapsed is like others', 'others > 0 ? 0 : Infinity', '0'],
      [
        'bands: runs that diverge are learned from',
        "cells.every((series) => series.every(Number.isFinite)) ? 'learned' : 'diverged'",
        "'learned'",
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/bands.ts',
    [BANDS],
    [
      [
        'bands: each setting has the whole error',
        'const share = 1 - (1 - level) / groups.length;',
        'const share = level;',
      ],

      ['bands: together they claim what each does', 'sum + (1 - coverage), 0)', 'sum, 0)'],
    ],
  ),
  ...faultsOf(
    'src/judge/scale.ts',
    [BANDS],
    [
      [
        'bands: of the errors themselves',
        "Math.cbrt(metric.better === 'higher' ? wholeOf(metric.kind) - value : value)",
        "metric.better === 'higher' ? wholeOf(metric.kind) - value : value",
      ],
      ['bands: of the losses themselves', 'return Math.cbrt(value);', 'return value;'],
      ['bands: losses below 0, cubed', 'Math.max(0, mean - limit * sd) ** 3', '(mean - limit * sd) ** 3'],
      ['bands: accuracies below 0', 'Math.max(0, whole - upper)', 'whole - upper'],
      [
        'bands: a share is the better the higher, whatever the study says',
        "metric.better === 'higher' ? wholeOf(metric.kind) - value : value",
        "metric.kind === 'share' || metric.better === 'higher' ? wholeOf(metric.kind) - value : value",
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/placement.ts',
    [CHECK],
    [
      [
        'check: a printed epoch is an index',
        'const point = points.get(placeOf(cell));',
        'const point = [...points.values()][band.series[metric.name].indexOf(cell)];',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/twice.ts',
    ['tests/judge/twice.test.ts'],
    [
      [
        'bands: the numbers of another run are those of a run',
        'const isSame = twin !== undefined && areOne(',
        'const isSame = twin !== undefined && false && areOne(',
      ],
      ['bands: NaN and infinity are one number', '`${value} ', '`${JSON.stringify(value)} '],
    ],
  ),
  ...faultsOf(
    'src/judge/placement.ts',
    [BANDS],
    [
      [
        'bands: a loss outside passes',
        'for (const cell of cells) score',
        "for (const cell of cells.filter(({ metric }) => metric.per === 'epoch')) score",
      ],
      [
        'bands: a test outside passes',
        'for (const cell of cells) score',
        "for (const cell of cells.filter(({ metric }) => metric.per === 'step')) score",
      ],
      [
        'bands: infinite scores are no runs',
        'pValueOf(score, [...band.scores, ...infinite])',
        'pValueOf(score, [])',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/collapse.ts',
    [BANDS],
    [
      [
        'collapse: told by the last test',
        '(series[metric.name] ?? []).every((point)',
        "(series[metric.name] ?? []).slice(metric.per === 'epoch' ? -1 : 0).every((point)",
      ],
      [
        'collapse: told by the tests alone',
        'all.every((metric)',
        "all.filter(({ per }) => per === 'epoch').every((metric)",
      ],
      [
        'collapse: told by the loss alone',
        "return isShareOfClass(kind === 'percent' ? point.value / 100 : point.value, point, guess);",
        'return true;',
      ],
      [
        'collapse: of known classes, any share',
        'if (testClassCounts !== undefined && testCount !== undefined)',
        'if (classes < 0 && testClassCounts !== undefined && testCount !== undefined)',
      ],
    ],
  ),
  ...faultsOf(
    'src/statistics/clopperPearson.ts',
    [BANDS],
    [
      [
        "collapse: Clopper and Pearson's lower end one off",
        'tail, count, of - count + 1)',
        'tail, count + 1, of - count + 1)',
      ],
    ],
  ),
  ...faultsOf(
    'src/statistics/permutation.ts',
    ['tests/judge/jointly.test.ts'],
    [
      [
        'jointly: the judged choice is not counted among those that are drawn',
        'const counts = observed.map(() => (choices.isExact ? 0 : 1));',
        'const counts = observed.map(() => 0);',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/jointly.ts',
    ['tests/judge/jointly.test.ts'],
    [
      [
        "jointly: a log's rounding tells",
        'return decimals === undefined ||',
        'return decimals !== undefined ||',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/power/index.ts',
    ['tests/judge/power/power.test.ts'],
    [
      [
        'power: a run has a part in the band that judges it',
        'const rest = own.filter((_, i) => !isJudged.has(i));',
        'const rest = own.filter(() => isJudged.size > 0);',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/power/faultyRuns.ts',
    ['tests/judge/power/faultyRuns.test.ts'],
    [
      [
        'power: faulty runs of one epoch are judged by runs of all',
        'const others = cut.map(',
        'const others = own.map(',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/sequentially.ts',
    ['tests/judge/sequentially.test.ts'],
    [
      [
        'check --sequential: the levels of looks add up to more than the whole',
        'return (level * first) / (runs * (runs + 1));',
        'return (level * first) / runs;',
      ],
      ['check --sequential: goes on after a failure', " && last?.verdict !== 'fail'; j++", '; j++'],
    ],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/batchSizes.ts',
    [CHECK],
    [
      [
        'check: a smaller last batch is a wrong count',
        'line.seen === batch * (line.total - batch * size)',
        'line.seen < 0',
      ],
      [
        'check: a last batch of any size',
        'line.seen === batch * (line.total - batch * size)',
        'line.seen % batch === 0',
      ],
    ],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/arithmetic.ts',
    [CHECK],
    [
      ['check: a wrong final accuracy passes', 'if (is === show(finalAccuracy)) return [];', 'return [];'],
      ['check: a loss too small for the wrong images passes', '(wrong / testCount) * Math.LN2', '0'],
      ['check: a negative loss passes', 'return loss.value < 0 ?', 'return loss.value < -1e9 ?'],
    ],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/protocol.ts',
    [CHECK],
    [
      ['check: an epoch twice passes', 'if (epoch !== index + 1) {', 'if (epoch > index + 1) {'],
      ['check: a missing last line passes', 'if (due < total) findings', 'if (due < 0) findings'],
      ['check: two tests of one epoch pass', 'tests.slice(1)', 'tests.slice(2)'],
      ['check: a log that begins with a test ends it all', 'if (train.length === 0) return [];', ''],
      ['check: an epoch that is another one passes', 'same === undefined ? [] : [{', 'same !== -1 ? [] : [{'],
      ['check: zeros are an epoch that is another one', 'new Set(losses).size < 2', 'losses.length < 2'],
    ],
  ),
  ...faultsOf(
    'src/judge/check/experiment.ts',
    [CHECK],
    [
      [
        'check: a first loss of NaN passes',
        'isLossOfGuess(first.value, classes)',
        '!(first.value > 0) || isLossOfGuess(first.value, classes)',
      ],
      [
        'check: another data set passes',
        'stated.dataName.value.toLowerCase() !== dataName.toLowerCase()',
        'stated.dataName.value === dataName + 1',
      ],
      [
        'check: another test set passes',
        'testCount.value !== data.testCount',
        'testCount.value < data.testCount',
      ],
      ['check: a module fewer passes', 'Math.max(modules.length, expected.length)', 'modules.length - 1'],
    ],
  ),
  ...faultsOf(
    'src/judge/check/index.ts',
    [CHECK],
    [
      [
        'check: runs in one call are judged alone',
        'together === 1 || conditions === undefined ? alone[i]',
        'together > 0 || conditions === undefined ? alone[i]',
      ],
      ['check: the same run twice makes room', '!repeated.has(i)', 'repeated.size >= 0'],
      [
        'check: another condition may be given',
        'stated === undefined || stated === given) return []',
        'stated !== 0) return []',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/verdict.ts',
    [CHECK],
    [
      [
        'check: what was not judged is green',
        "verdicts.find((verdict) => verdict !== 'pass') ?? 'pass'",
        "'pass'",
      ],
    ],
  ),
  ...faultsOf(
    'src/statistics/kolmogorovSmirnov.ts',
    [EQUIVALENCE],
    [
      [
        'equivalence: paths are looked at within ties',
        'i + j > 0 && isEnd(i + j) && gap',
        'i + j > 0 && gap',
      ],
      ['equivalence: only what is farther counts', 'gap(i, j) >= greatest', 'gap(i, j) > greatest'],
    ],
  ),
  ...faultsOf(
    'src/statistics/fisher.ts',
    [EQUIVALENCE],
    [
      [
        'equivalence: Fisher one-sided',
        'probability <= observed * (1 + ROUNDING)',
        'probability === observed',
      ],
    ],
  ),
  ...faultsOf(
    'src/statistics/tost.ts',
    [EQUIVALENCE],
    [
      [
        'equivalence: the smaller of two p-values',
        'pValue: Math.max(tooLow, tooHigh)',
        'pValue: Math.min(tooLow, tooHigh)',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/equivalence/index.ts',
    [EQUIVALENCE],
    [['equivalence: nothing shown is enough', 'metrics.length > 0 && metrics.every', 'metrics.every']],
  ),
  ...faultsOf(
    'src/judge/gate.ts',
    [GATE_JUDGE],
    [
      ['gate: the same bits pass outside of the bands', "if (byResults === 'fail') return 'fail';", ''],
      [
        'gate: changed bits pass by default',
        "if (strictness === 'bits' || onBits === 'pass') return onBits;",
        "if (onBits === 'pass') return onBits;",
      ],
      [
        'gate: more than the arithmetic may change',
        "isOther ? 'fail' : (start?.verdict ?? 'pass')",
        "'pass'",
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/recordedInBands.ts',
    [GATE_JUDGE],
    [
      [
        'gate: bands of other data',
        'bands.data?.sha256 !== dataSha256?.value',
        'bands.data?.name !== dataName?.value',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/beginning.ts',
    [GATE_JUDGE],
    [
      ['gate: the last of the first steps does not count', 'step < Math.min', 'step + 1 < Math.min'],
      ['gate: rounding may leap at no seed', 'beyond(most, true)', 'beyond(most, false)'],
      ['gate: what rounding mostly does is no limit', ' ?? beyond(most, true)', ''],
      ['gate: every change may be a leap', 'beyond(greatest, false) ?? ', ''],
    ],
  ),
  ...faultsOf(
    'src/judge/compare/statistical.ts',
    [COMPARE],
    [
      [
        'compare: one of two runs in the bands is enough',
        "failed.length === 0) return { verdict: 'pass'",
        "failed.length < 2) return { verdict: 'pass'",
      ],
    ],
  ),
  ...faultsOf(
    'src/train/epoch.ts',
    [GATE],
    [['gate: a learning rate 1.5 times as great', 'engine.step(lr)', 'engine.step(1.5 * lr)']],
  ),
  ...faultsOf(
    'src/engine/wasm/assembly/conv2d.ts',
    [GATE],
    [
      [
        'gate: rows of a kernel are added from the last on',
        'for (let kh = 0; kh < kernelHeight; kh++) {\n      const weights = packed + (block',
        'for (let kh = kernelHeight - 1; kh >= 0; kh--) {\n      const weights = packed + (block',
      ],
    ],
  ),
  ...faultsOf(
    'src/base/f32.ts',
    ['tests/base/f32.test.ts'],
    [
      ['digests: NaN by its payload', 'array[i] === array[i] ? bits[i] : CANONICAL_NAN', 'bits[i]'],
      ['ulps: -0 far from 0', 'bits < 0x80000000 ? bits : 0x80000000 - bits', 'bits'],
    ],
  ),
];

const audit: readonly Fault[] = [
  ...faultsOf(
    'src/audit/claims/curve.ts',
    [CLAIMS],
    [
      ['claims: not falling is rising', "'rises' ? change > 0", "'rises' ? change >= 0"],
      [
        'claims: a claim of some epochs is one of all',
        "'contradicted' : 'partly'",
        "'contradicted' : 'holds'",
      ],
      [
        'claims: NaN is a number',
        'points.some(({ value }) => Number.isNaN(value)) ? undefined : points',
        'points',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/views.ts',
    [CLAIMS],
    [
      ['claims: a curve with a gap is whole', ' && epochsOf(run).every((epoch) => told.has(epoch))', ''],
      [
        'claims: of every metric, more is better',
        "return better === 'higher' ? value >= bound : value <= bound;",
        'return value >= bound;',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/longer.ts',
    [CLAIMS],
    [['claims: a share decides without its interval', 'seeds.lower > 0.5', 'seeds.holds > seeds.of / 2']],
  ),
  ...faultsOf(
    'src/audit/claims/index.ts',
    [CLAIMS],
    [
      ['claims: a claim that is not found is nothing', 'if (missing.length === 0) return;', 'return;'],
      [
        'claims: a default file is for every document',
        'file && (found.length > 0 || !file.isDefault)',
        'file',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/index.ts',
    ['tests/audit/claims/seeds.test.ts'],
    [
      [
        'claims: a rival is everybody',
        'both.some((setting) => sameConditions(setting, run.conditions))',
        'true',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/numbers.ts',
    [CLAIMS],
    [
      ['claims: a number is judged by the half of itself', 'value >= lower - EXACT && value', 'value'],
      ['claims: a range over all epochs', 'prints(least.value, lower) && ', ''],
      ['claims: what is above both bounds is between them', ' && point.value <= upper + EXACT', ''],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/comparison.ts',
    [CLAIMS],
    [['claims: every run is the greatest', "beyond.length === 0 ? 'holds' : 'contradicted'", "'holds'"]],
  ),
  ...faultsOf(
    'src/audit/claims/sentence.ts',
    [CLAIMS],
    [
      ['claims: the number of the quote instead of that of the document', 'said[quoted', 'quoted[quoted'],
      ['claims: a sentence of another section', ' || !sameConditions(conditions, claim.conditions)', ''],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/load.ts',
    [CLAIMS],
    [
      [
        'claims: a metric that the study does not have is claimed of',
        'possible.includes(predicate.metric)',
        'possible.length > 0',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/claims/outcome.ts',
    [CLAIMS],
    [
      ['claims: one predicate of several is enough', "return 'partly';", "return 'holds';"],
      ['claims: what is not decided does not count', ": 'inconclusive';", ": 'holds';"],
    ],
  ),
  ...faultsOf(
    'src/audit/numbers.ts',
    ['tests/audit/numbers.test.ts'],
    [
      [
        'audit: what is printed beside a count is not looked at',
        'const { count, printed = point } = point;',
        'const { count } = point;\n      const printed = point;',
      ],
      [
        'audit: a rule is about all numbers of its line',
        'number.metric === from && number.what === what',
        "number.metric !== ''",
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/words.ts',
    ['tests/audit/anyStudy.test.ts'],
    [['audit: a run without conditions is at nothing', "text === '' ? '' : ` at ${text}`", '` at ${text}`']],
  ),
  ...faultsOf(
    'src/audit/placement.ts',
    [PLACEMENT],
    [
      [
        'audit: a printed number is outside by its rounding',
        'rounding.upper >= lower && rounding.lower <= upper',
        'value >= lower && value <= upper',
      ],
      ['audit: seeds with the same number are below', 'within / 2', 'within'],
    ],
  ),
  ...faultsOf(
    'src/audit/reproduction.ts',
    ['tests/cli/audit.test.ts'],
    [
      [
        'audit: what is outside of its band is no finding',
        "outside.map((finding) => ({ ...finding, group: 'bands' }))",
        "outside.slice(1).map((finding) => ({ ...finding, group: 'bands' }))",
      ],
      [
        'audit: a collapsed run is held against the others',
        'hasTests && !collapsed ? band',
        'hasTests ? band',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/seeds.ts',
    ['tests/audit/seeds.test.ts'],
    [
      [
        'audit: seeds without every learning rate are asked',
        '.filter((runs) => runs.length === distinct.length)',
        '',
      ],
      [
        'audit: of collapsed runs none has part in anything',
        'isOneOf(about, conditions)',
        'about.length === 0',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/verdictTable.ts',
    ['tests/audit/verdictTable.test.ts'],
    [
      ['audit: a star of a damaged table is told', 'if (hasSlid || touches', 'if (touches'],
      [
        'audit: an unclear row is judged',
        'if (unclear !== undefined) return {',
        'if (unclear === null) return {',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/verdictRules.ts',
    ['tests/audit/verdictTable.test.ts'],
    [
      [
        'audit: a run that collapsed is stable',
        'if (collapses(run, metrics, guess))',
        'if (metrics.length < 0)',
      ],
      [
        'audit: becoming less is becoming worse, whatever the study says',
        "return better === 'higher' ? 1 : -1;",
        'return 1;',
      ],
      [
        'audit: a rule may go by any metric',
        'if (possible[key].includes(name)) continue;',
        'if (name !== undefined) continue;',
      ],
      [
        'audit: of two that are the best, both have the star',
        '!isBeaten && others.some',
        'isBeaten && others.some',
      ],
    ],
  ),
  ...faultsOf(
    'src/audit/inferences.ts',
    ['tests/audit/inferences.test.ts'],
    [
      ['audit: other models begin with other random numbers', ' || settings.size > 1', ''],
      ['audit: NaN is the first loss of another seed', '!Number.isNaN(a.value - b.value) && ', ''],
    ],
  ),
  ...faultsOf(
    'src/audit/omissions.ts',
    ['tests/audit/omissions.test.ts'],
    [['audit: a second run is none', 'isThere || lines.some(', 'lines.some(']],
  ),
];

const alternatives = faultsOf(
  'src/audit/alternatives/score.ts',
  ['tests/audit/alternatives/rank.test.ts'],
  [
    ['alternatives: collapsing costs nothing', 'return survival + sum(scores)', 'return sum(scores)'],
    [
      'alternatives: many numbers of a kind outvote few',
      'sum(densities) / densities.length',
      'sum(densities)',
    ],
    ['alternatives: a wide reading is not punished', ' - Math.log(scale)', ''],
  ],
);

const pictures = [
  ...faultsOf(
    'src/base/svg.ts',
    ['tests/data/contactSheet.test.ts'],
    [
      ['pictures: blue, green and red', 'image[(k % 3) * size', 'image[(2 - (k % 3)) * size'],
      ['pictures: only the first of two channels', 'return sum / channels;', 'return image[pixel];'],
    ],
  ),
];

const survivors = [
  ...faultsOf(
    'src/logs/pytorchExample/arithmetic.ts',
    ['tests/judge/check.test.ts'],
    [
      [
        'loss-of-errors: no slack for rounding',
        ' + 0.5 / Number(`1e${testLoss.decimals}`) < least',
        ' < least',
      ],
    ],
  ),
  ...faultsOf(
    'src/logs/pytorchExample/read.ts',
    ['tests/logs/pytorchExample/read.test.ts'],
    [['log: only the last two parts of a line', ".split('\\r')) reader", ".split('\\r').slice(-2)) reader"]],
  ),
  ...faultsOf(
    'src/base/holder.ts',
    ['tests/jobs/jobs.test.ts'],
    [['the lock of another machine is taken', 'if (host !== US.host) return false;', '']],
  ),
  ...faultsOf(
    'src/cli/progress.ts',
    ['tests/cli/progress.test.ts'],
    [
      [
        'the time left counts what was done before',
        'const doneHere = done - this.doneBefore;',
        'const doneHere = done;',
      ],
    ],
  ),
];

const QUEUE = 'tests/jobs/queue/queue.test.ts';

const jobs = [
  ...faultsOf(
    'src/jobs/job.ts',
    [QUEUE],
    [
      [
        'queue: the result of another job is taken',
        'if (!kind.belongs(result, job.payload))',
        'if (result === job)',
      ],
    ],
  ),
  ...faultsOf(
    'src/jobs/journal.ts',
    ['tests/jobs/jobs.test.ts'],
    [
      ['journal: one liar among those who vouch is enough', 'workers?.every(', 'workers?.some('],
      [
        'journal: quarantines are forgotten',
        'else journal.distrust(entry.quarantined, length);',
        'else journal.end += length;',
      ],
    ],
  ),
  ...faultsOf(
    'src/jobs/run.ts',
    [QUEUE],
    [['what was given up is not done again', 'while (givenUp > 0)', 'while (givenUp < 0)']],
  ),
  ...faultsOf(
    'src/jobs/queue/message.ts',
    ['tests/jobs/queue/message.test.ts'],
    [
      ['queue: any length', 'bytes <= MOST_MESSAGE_BYTES', 'bytes >= 0'],
      ['queue: control characters are printed', 'return printable(', 'return String('],
    ],
  ),
  ...faultsOf(
    'src/jobs/queue/executor.ts',
    [QUEUE],
    [
      [
        'queue: what Redis lost is waited for',
        'await this.add(entries.filter((_, i) => there[i] === 0));',
        'void there;',
      ],
      ['queue: nobody is asked again', 'randomInt(2 ** 32) < this', 'randomInt(2 ** 32) < 0 * this'],
      ['queue: an answer that is none is waited for', 'if (++pending.failures < MOST_FAILURES)', 'if (true)'],
      [
        'queue: one worker vouches twice',
        'workers: [first.worker, answer.worker]',
        'workers: [answer.worker, answer.worker]',
      ],
      ['queue: whoever cannot be right stays', 'yield* this.foundOut([answer.worker], again);', ''],
      [
        'queue: a job that three did not do ends all',
        'const result = await this.doneHere(pending, fault, signal);',
        "const result = await Promise.reject<unknown>(new AssayError('job-failed', { what: fault }));",
      ],
      [
        'queue: what is done here is not held against what was said',
        '!agree(first, { worker:',
        'agree(first, { worker:',
      ],
    ],
  ),
  ...faultsOf(
    'src/jobs/queue/worker.ts',
    [QUEUE],
    [['queue: a worker does what it is kept from', 'job.not.includes(this.options.name)', 'false']],
  ),
  ...faultsOf(
    'src/jobs/queue/inquiry.ts',
    ['tests/jobs/queue/inquiry.test.ts'],
    [
      [
        'queue: the honest one is the liar',
        'canonicalJson(statement.result) !== canonicalJson(result)',
        'canonicalJson(statement.result) === canonicalJson(result)',
      ],
    ],
  ),
];

const report = [
  ...faultsOf(
    'src/report/html/markup.ts',
    [PAGE],
    [
      [
        'page: texts are markup',
        "return escapeXml(part.replace(CONTROLS, '\\ufffd'));",
        "return part.replace(CONTROLS, '\\ufffd');",
      ],
    ],
  ),
  ...faultsOf(
    'src/report/html/page.ts',
    [PAGE],
    [['page: any script is executed', 'script-src ${sources}${ofProgram};', "script-src 'unsafe-inline';"]],
  ),
  ...faultsOf(
    'src/report/html/again.ts',
    ['tests/report/html/reproductionPage.test.ts'],
    [['page: every record is carried, however many', 'fits: length <= MOST_CARRIED', 'fits: true']],
  ),
  ...faultsOf(
    'src/report/html/chart.ts',
    [PAGE],
    [
      [
        'page: a hidden setting is drawn',
        'settings.filter(({ key }) => !view.hidden.has(key))',
        'settings.filter(() => true)',
      ],
      [
        'page: a narrow chart is a wide one made small',
        'const isNarrow = width < NARROW;',
        'const isNarrow = false;',
      ],
    ],
  ),
  ...faultsOf(
    'src/report/html/axis.ts',
    [PAGE],
    [
      [
        'page: every axis is logarithmic',
        "if (scale === 'linear' || metric.kind === 'real')",
        "if (metric.kind === 'real')",
      ],
    ],
  ),
  ...faultsOf(
    'src/report/html/page/charts.ts',
    [PAGE],
    [['page: both scales are pressed', "other.ariaPressed = 'false';", "other.ariaPressed = 'true';"]],
  ),
  ...faultsOf(
    'src/report/html/page/style.css',
    [PAGE],
    [
      [
        'page: dark on paper',
        '@media screen and (prefers-color-scheme: dark)',
        '@media (prefers-color-scheme: dark)',
      ],
      ['page: grey on grey', '--muted: #56606b;', '--muted: #96a0ab;'],
    ],
  ),
  ...faultsOf(
    'src/report/html/curvesOf.ts',
    ['tests/report/html/reproductionPage.test.ts'],
    [['page: the seeds of other data are drawn', '&& sha256 === dataSha256', "&& sha256 !== ''"]],
  ),
  ...faultsOf(
    'src/report/auditSubjects.ts',
    ['tests/report/auditRenderings.test.ts'],
    [
      ['audit as JUnit: a claim that holds in part passes', "partly: 'fail'", "partly: 'pass'"],
      [
        'audit as JUnit: findings of all runs are those of each',
        'line >= firstLine && line < end',
        'line > 0 && end > 0',
      ],
    ],
  ),
  ...faultsOf(
    'src/report/text/audit.ts',
    ['tests/report/auditRenderings.test.ts'],
    [
      [
        'audit as text: a number outside of its band is fine',
        "return arithmetic === 'pass' && reproduction.verdict !== 'fail';",
        "return arithmetic === 'pass' && reproduction.verdict !== 'waived';",
      ],
    ],
  ),
  ...faultsOf(
    'src/report/text/table.ts',
    ['tests/report/table.test.ts'],
    [
      [
        'table: what is wider than the room stays in one part',
        'inChunks(pieces, (some) => widthOf(some) <= room)',
        'inChunks(pieces, () => true)',
      ],
      [
        'table: a part does not say what its rows are',
        '.map((part) => [key, ...part])',
        '.map((part, i) => (i === 0 ? [key, ...part] : part))',
      ],
      [
        'table: a group without room is not cut',
        '(widthOf([group]) <= room ? [group]',
        '(room > 0 ? [group]',
      ],
    ],
  ),
  ...faultsOf(
    'src/cli/text.ts',
    ['tests/cli/text.test.ts'],
    [
      [
        'text: COLUMNS is ignored',
        'return stated >= LEAST_COLUMNS ? stated : undefined;',
        'return stated >= LEAST_COLUMNS ? undefined : undefined;',
      ],
      [
        'text: COLUMNS goes before the terminal',
        'if (isTTY === true && columns) return columns;',
        'if (false) return columns;',
      ],
      ['text: a range is torn', '/(?<!…) (?![%…])/', '/ /'],
    ],
  ),
];

const independence: readonly Fault[] = faultsOf(
  'src/judge/equivalence/independence.ts',
  ['tests/cli/equivalence.test.ts'],
  [
    ['equivalence: a run may be given twice', 'if (twin !== undefined)', 'if (twin === key)'],
    ['equivalence: the ensemble’s seeds may be given', 'if (seed !== undefined)', 'if (seed === -1)'],
    ['equivalence: two that start alike are the same', 'found !== undefined && found.p <= SAME_SEED', 'true'],
  ],
);

const door: readonly Fault[] = [
  ...faultsOf(
    'src/cli/progress.ts',
    ['tests/cli/progress.test.ts'],
    [['progress: steps before a resume count', 'done - this.doneBefore', 'done']],
  ),
  ...faultsOf(
    'src/jobs/kinds/train.ts',
    ['tests/jobs/jobs.test.ts'],
    [
      ['queue: more right than there are', 'correctCount > testCount', 'correctCount < 0'],
      ['queue: epochs in any order', 'epoch !== i + 1', 'epoch < 1'],
      ['queue: a loss may be below 0', 'Number(loss) < 0', 'Number(loss) < -99'],
    ],
  ),
  ...faultsOf(
    'src/cli/door.ts',
    ['tests/cli/door.test.ts'],
    [
      ['door: any colour is ours', 'const OURS = `\\x1b[${', 'const OURS = `\\x1b[`; // ${'],
      ['door: text goes past it', "typeof chunk === 'string' ? throughDoor(chunk) : chunk", 'chunk'],
    ],
  ),
  ...faultsOf(
    'src/base/printable.ts',
    ['tests/cli/door.test.ts'],
    [['door: text may be turned around', '(?![\\n\\t])[\\p{Cc}\\p{Bidi_Control}', '(?![\\n\\t])[\\p{Cc}']],
  ),
  ...faultsOf(
    'src/report/markdown/judgements.ts',
    ['tests/report/judgements.test.ts'],
    [['markdown: everyone is called', 'const LIVE = /@|', 'const LIVE = /']],
  ),
];

const locks: readonly Fault[] = [
  ...faultsOf(
    'src/base/lock.ts',
    ['tests/jobs/jobs.test.ts'],
    [
      ['lock: everyone has it', "openSync(path, 'wx')", "openSync(path, 'w')"],
      ['lock: those who were killed keep it', 'isLeft(text) && removed', 'path === text && removed'],
      ['lock: it is never released', 'unlinkSync(this.path);', ''],
    ],
  ),
  ...faultsOf(
    'src/base/holder.ts',
    ['tests/jobs/jobs.test.ts'],
    [
      ['lock: processes of other machines are taken for gone', 'if (host !== US.host) return false;', ''],
      ['lock: our number is us, whenever it was', 'start !== US.start', 'false'],
    ],
  ),
  ...faultsOf(
    'src/cli/outFolder.ts',
    ['tests/cli/outFolder.test.ts'],
    [
      ['folder: what is in it is overwritten', 'await checkEmpty(folder);', ''],
      ['folder: one that is taken is free', '&& !Lock.isTaken(lockOf(folder))', ''],
    ],
  ),
];

const search: readonly Fault[] = [
  ...faultsOf(
    'src/judge/seed/resemblance.ts',
    ['tests/judge/seed/resemblance.test.ts'],
    [
      ['search: the mean of other runs is left in', 'return [[a - mean, b - mean]];', 'return [[a, b]];'],
      ['search: the shared mean is no correlation', 'expected: 1 / (fewest + 1)', 'expected: 0'],
      ['search: losses of a guess count as learned', '|| isLossOfGuess(loss, classes)', ''],
      ['search: a guess is compared with what learned', ' && isLossOfGuess(other, classes)', ''],
      [
        'search: guesses go before what learned',
        'guessed.length > learned.pairs.length',
        'guessed.length > 0',
      ],
      ['search: n for n − 3', 'Math.sqrt(n - 3)', 'Math.sqrt(n + 3)'],
      ['search: the other tail', 'cdf(-z, 0, 1)', 'cdf(z, 0, 1)'],
    ],
  ),
  ...faultsOf(
    'src/judge/seed/confirm.ts',
    ['tests/judge/seed/confirm.test.ts', 'tests/judge/seed/epochs.test.ts'],
    [
      ['search: a candidate is compared with itself, too', 'other !== seed', 'other >= 0'],
      ['search: the first candidate is always the one', '<= FALSE_FINDS', '<= 1e9'],
      ['search: one epoch decides', 'judged.filter(mayBe)', '[]'],
      ['search: one that cannot be compared stays', '? isTooShort :', '? true :'],
      ['search: none is ever ruled out', 'resemblance.p <= RULED_OUT', 'resemblance.p <= 1'],
      ['search: the candidates are not counted', '* candidates.length', '* 1'],
      ['search: nothing beside the candidates is trained', 'FEWEST_OTHERS + 1 - candidates.length', '0'],
    ],
  ),
  ...faultsOf(
    'src/audit/searchedSeeds.ts',
    ['tests/audit/searchedSeeds.test.ts'],
    [
      [
        'search: of whatever run it was, it is of this one',
        'lossesSha256 === digests[i]',
        "lossesSha256 !== ''",
      ],
      ['search: what was found counts as missed', 'searched.found === undefined);', 'searched.line > 0);'],
    ],
  ),
  ...faultsOf(
    'src/judge/seed/search.ts',
    ['tests/audit/searchedSeeds.test.ts'],
    [
      [
        'search: losses of the same batches are the same',
        '[epoch, step, value, decimals]);',
        '[epoch, step, decimals]);',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/seed/candidates.ts',
    ['tests/judge/seed/candidates.test.ts'],
    [
      [
        'search: only one of two losses is rounded',
        'halfOfLastDigit(a) + halfOfLastDigit(b) + NOISE',
        'halfOfLastDigit(b) + NOISE',
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/compare/index.ts',
    ['tests/judge/compare.test.ts'],
    [['compare: seeds that begin alike are one', 'const SAME_START = 1e-6;', 'const SAME_START = 1e-4;']],
  ),
  ...faultsOf(
    'src/judge/check/inBands.ts',
    [CHECK],
    [['check: numbers without a place in the band pass unjudged', 'placed < got', 'placed < got - 99']],
  ),
  ...faultsOf(
    'src/cli/commands/check.ts',
    ['tests/cli/check.test.ts'],
    [["check: a folder's record may be written over", "join(path, 'run.json')", 'path']],
  ),
  ...faultsOf(
    'src/base/files.ts',
    ['tests/base/files.test.ts'],
    [
      ['files: a link is replaced', 'await realpath(path).catch(() => path)', 'path'],
      ['files: a pipe is replaced', 'if (await isDeviceOrPipe(target))', 'if (false)'],
      [
        'files: what others are writing is removed',
        'names.filter(isLeftBehind)',
        "names.filter((name) => name.endsWith('.tmp'))",
      ],
    ],
  ),
  ...faultsOf(
    'src/judge/seed/reportedLosses.ts',
    ['tests/judge/seed/reportedLosses.test.ts'],
    [
      ['search: room is made for any epoch', 'epochs > losses.length', 'epochs > Infinity'],
      ['search: the first loss counts twice', 'further[0] = undefined;', ''],
      ['search: epochs are taken for one', '(epoch - 1) * perEpoch + index', 'index'],
    ],
  ),
];

const studies = [
  ...faultsOf(
    'src/web/train.ts',
    ['tests/web/training.test.ts'],
    [
      ['web: whatever comes out agrees', 'Object.is(value, got)', 'value !== undefined'],
      ['web: after a difference training goes on', 'stop.abort(DIFFERS)', 'undefined'],
    ],
  ),
  ...faultsOf(
    'src/web/report.ts',
    ['tests/web/report.test.ts'],
    [['web: a report hands over no files', '() => carried,', '() => [],']],
  ),
  ...faultsOf(
    'src/web/judge.ts',
    ['tests/web/judging.test.ts'],
    [['web: a study that is dropped does not judge', 'named ?? dropped.at(0)', 'named']],
  ),
  ...faultsOf(
    'src/study/load.ts',
    ['tests/study/study.test.ts'],
    [
      [
        'study: a file that is not there is no fault',
        "(await isThere(path, 'file')) ? []",
        "path !== '' ? []",
      ],
      ['study: golden is not below its folder', '[key, join(folder, value)]', '[key, value]'],
    ],
  ),
  ...faultsOf(
    'src/study/find.ts',
    ['tests/study/study.test.ts'],
    [['study: the folders above are not searched', 'nearestFolder(above)', 'undefined']],
  ),
  ...faultsOf(
    'src/study/builtIn.ts',
    ['tests/study/study.test.ts'],
    [['study: the default counts as named', 'isDefault: true', 'isDefault: false']],
  ),
  ...faultsOf(
    'scripts/buildSchemas.ts',
    ['tests/study/study.test.ts'],
    [
      [
        'study: only the first fault is named',
        "const WITH_ALL_FAULTS = ['study'];",
        'const WITH_ALL_FAULTS: string[] = [];',
      ],
    ],
  ),
  ...faultsOf(
    'src/study/store.ts',
    ['tests/cli/study.test.ts'],
    [['study: the one that comes with assay is written to', 'if (!isDefault) return;', 'return;']],
  ),
  ...faultsOf(
    'src/judge/stored/index.ts',
    ['tests/cli/study.test.ts'],
    [
      ['study: without searches there is no audit', "error.code === 'file-not-found'", 'false'],
      ['study: ensembles of other data count', '&& of.data.name === dataName.toLowerCase()', ''],
    ],
  ),
];

export const FAULTS: readonly Fault[] = [
  ...reference,
  ...fusedChain,
  ...paired,
  ...shared,
  ...wasm,
  ...native,
  ...random,
  ...trainer,
  ...checkpoints,
  ...data,
  ...spec,
  ...studies,
  ...log,
  ...judge,
  ...pictures,
  ...survivors,
  ...audit,
  ...alternatives,
  ...jobs,
  ...independence,
  ...door,
  ...locks,
  ...search,
  ...report,
];
