import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { join } from 'node:path';
import { alea } from 'seedrandom';
import { powerOf, type PowerOfSetting } from '../../src/judge/power';
import { historySvg, trainingHistoryPng } from '../../src/report/pictures/history';
import { offTheCurve, type PlacedPoint } from '../../src/report/pictures/panel';
import { powerPng } from '../../src/report/pictures/power';
import { predictionsPng, predictionsSvg, type PredictedImages } from '../../src/report/pictures/predictions';
import { packagePath } from '../../src/base/paths';
import { FONT } from '../../src/base/svg';
import { loadExperiment } from '../../src/experiment/load';
import { predictionsOf } from '../../src/train';
import { decodePng } from '../data/support';
import { RULES, runsOf } from '../judge/power/ownRuns';
import { sampleRecord } from '../run/sampleRecord';

/** Units of the SVG, of which `ZOOM` pixels are made: where the first image is, and how far to the next. */
const [FIRST_X, FIRST_Y, PITCH, IMAGE] = [28, 140, 106, 84];
const ZOOM = 1.5;

describe('predictions.png', () => {
  /** Each image has one shade of ink, ten times its index; 1, 3 and 4 are mistakes. */
  const IMAGES: PredictedImages = {
    images: Uint8Array.from({ length: 6 * 784 }, (_, i) => 10 * Math.floor(i / 784)),
    labels: Uint8Array.of(0, 1, 2, 3, 4, 5),
    predicted: Uint8Array.of(0, 7, 2, 7, 7, 5),
    confidences: [0.9, 0.5, 0.8, 0.99, NaN, 0.6],
    ...{ count: 6, channels: 1, height: 28, width: 28 },
  };

  async function inkOf(images: PredictedImages, places: number): Promise<number[]> {
    const { rgba, width } = await decodePng(await predictionsPng(images, 'a run'));
    return Array.from({ length: places }, (_, place) => {
      const x = Math.round((FIRST_X + place * PITCH + IMAGE / 2) * ZOOM);
      const y = Math.round((FIRST_Y + IMAGE / 2) * ZOOM);
      return 255 - rgba[(y * width + x) * 4];
    });
  }

  test('begins with the mistakes, the surest first, one without a confidence last', async () => {
    expect(await inkOf(IMAGES, 4)).toEqual([30, 10, 40, 0]);
  });

  test('shows colours, and classes of two digits', async () => {
    // Red 200, green 100, blue 10 times the index.
    const images = Uint8Array.from(
      { length: 6 * 3 * 784 },
      (_, i) => [200, 100, 10 * Math.floor(i / (3 * 784))][Math.floor(i / 784) % 3],
    );
    const coloured = { ...IMAGES, images, channels: 3, predicted: Uint8Array.of(0, 11, 2, 11, 11, 5) };
    const { rgba, width } = await decodePng(await predictionsPng(coloured, 'a run'));
    for (const [place, blue] of [30, 10, 40].entries()) {
      const x = Math.round((FIRST_X + place * PITCH + IMAGE / 2) * ZOOM);
      const y = Math.round((FIRST_Y + IMAGE / 2) * ZOOM);
      expect([...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)]).toEqual([200, 100, blue]);
    }
  });

  test('no caption reaches the next one', () => {
    const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
      packagePath('dist/fonts', name),
    );
    const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT };
    const widthOf = (text: string, style: string): number => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="999" height="99"><text y="50" ${style}>${text}</text></svg>`;
      return new Resvg(svg, { font }).getBBox()?.width ?? NaN;
    };
    const labels = Uint8Array.of(200, 208, 209, 228, 240, 255);
    const widest = { ...IMAGES, labels, confidences: Array<number>(6).fill(0.998) };
    const captions = [
      ...predictionsSvg(widest, 'a run').matchAll(
        /<text x="([\d.]+)" y="(\d+)" (.*)>((?:says|is) .*|.* %)<\/text>/g,
      ),
    ].map(([, x, y, style, text]) => {
      const width = widthOf(text, style.replace('text-anchor="end"', ''));
      const left = Number(x) - (style.includes('text-anchor') ? width : 0);
      return { y, left, right: left + width };
    });
    expect(captions).toHaveLength(18);
    for (const a of captions)
      for (const b of captions)
        if (a !== b && a.y === b.y && a.left <= b.left) expect(a.right).toBeLessThan(b.left - 1);
  });

  test('without mistakes says so, and shows the right answers', async () => {
    const right = { ...IMAGES, predicted: IMAGES.labels };
    const [png, other] = await Promise.all([predictionsPng(right, 'a run'), predictionsPng(IMAGES, 'a run')]);
    expect(png.equals(other)).toBe(false);
    expect((await decodePng(png)).height).toBeGreaterThan(300);
  });

  test('has the same bytes for the same run, and no markup from a name', async () => {
    const [one, two] = await Promise.all([predictionsPng(IMAGES, '<b>&"'), predictionsPng(IMAGES, '<b>&"')]);
    expect(one.equals(two)).toBe(true);
  });
});

describe('training_history.png', () => {
  test('draws a run of a hundred and fifty thousand steps', async () => {
    const experiment = await loadExperiment(join(__dirname, '../../spec/lr-experiment/experiment.json'));
    const losses = Array.from({ length: 150_000 }, (_, i) => 1 / (1 + i));
    const png = await trainingHistoryPng({ ...sampleRecord(experiment), losses }, 1, 'a run');
    expect((await decodePng(png)).height).toBeGreaterThan(300);
  });

  test('has the same bytes for the same run, and others when one epoch differs', async () => {
    const experiment = await loadExperiment(join(__dirname, '../../spec/lr-experiment/experiment.json'));
    const record = sampleRecord(experiment);
    const draw = (drawn: typeof record): Promise<Buffer> => trainingHistoryPng(drawn, 100, 'a run');
    const epochs = record.epochs.map((epoch) =>
      epoch.epoch === 3 ? { ...epoch, correctCount: epoch.correctCount - 50 } : epoch,
    );
    const [one, two, other] = [await draw(record), await draw(record), await draw({ ...record, epochs })];
    expect(one.equals(two)).toBe(true);
    expect(one.equals(other)).toBe(false);
    expect(await decodePng(one)).toMatchObject({ height: expect.any(Number) as number });
  });

  test('of a run that diverged from its first step on is drawn, too', async () => {
    const experiment = await loadExperiment(join(__dirname, '../../spec/lr-experiment/experiment.json'));
    const record = sampleRecord(experiment);
    const diverged = {
      ...record,
      losses: record.losses.map(() => NaN),
      epochs: record.epochs.map((epoch) => ({ ...epoch, testLoss: NaN, correctCount: 980 })),
    };
    const [png, other] = [
      await trainingHistoryPng(diverged, 100, 'a run'),
      await trainingHistoryPng(record, 100, 'a run'),
    ];
    expect(png.equals(other)).toBe(false);
  });
});

describe('the SVG of training_history.png', () => {
  const drawn = async (losses: readonly number[]): Promise<string> => {
    const experiment = await loadExperiment(join(__dirname, '../../spec/lr-experiment/experiment.json'));
    return historySvg({ ...sampleRecord(experiment), losses }, 1000, 'a <run>');
  };
  const LOSSES = Array.from({ length: 4690 }, (_, i) => 1 / (1 + i / 100));
  const count = (svg: string, part: RegExp): number => svg.match(part)?.length ?? 0;

  test('has each mark of the drawing in the legend', async () => {
    const svg = await drawn(LOSSES);
    // 5 epochs of 938 steps: one ring for the first of each, and one in the legend; 5 tests in each panel, and one in the legend.
    expect(count(svg, /<circle [^>]*fill="none"/g)).toBe(5 + 1);
    expect(count(svg, /<circle [^>]*fill="#d1541a"/g)).toBe(5 + 5 + 1);
    // Each step, the mean and the tests, each with its line in the legend; and the accuracies.
    expect(count(svg, /<path /g)).toBe(3 + 3 + 1);
    expect(svg).toContain('a &#60;run&#62;: ');
  });

  test('says how many losses lie beyond the axis, and draws them on its edge', async () => {
    expect(await drawn(LOSSES)).not.toContain('beyond the axis');
    const svg = await drawn(LOSSES.with(100, 1e-9).with(200, 0).with(300, NaN));
    expect(svg).toContain('2 of 4690 steps lie beyond the axis: drawn on its edge');
    expect(svg).toContain('The run diverged: 1 of 4690 training losses are not finite, from step 301 on');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test('of a run without an epoch ends, too', async () => {
    const experiment = await loadExperiment(join(__dirname, '../../spec/lr-experiment/experiment.json'));
    expect(historySvg({ ...sampleRecord(experiment), epochs: [] }, 100, 'a run')).toContain('</svg>');
  });
});

test('a label touches no part of its curve, and stays in the panel', () => {
  const panel = { y: 0, height: 100 };
  const label = { width: 40, height: 10 };
  const curves = fc.array(fc.integer({ min: 30, max: 70 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(curves, (heights) => {
      const curve = heights.map((y, i): PlacedPoint => ({ x: 60 * i, y }));
      for (const at of curve) {
        const bottom = offTheCurve(curve, at, label, panel);
        expect(bottom).toBeLessThanOrEqual(100);
        expect(bottom - label.height).toBeGreaterThanOrEqual(0);
        for (let x = at.x - 20; x <= at.x + 20; x++) {
          const left = curve.findLast((point) => point.x <= x);
          const right = curve.find((point) => point.x > x);
          if (left === undefined || right === undefined) continue;
          const y = left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
          expect(y > bottom || y < bottom - label.height).toBe(true);
        }
      }
    }),
  );
});

test('a label stands on the nearer side that has room', () => {
  const of = (heights: readonly number[], i: number): number => {
    const curve = heights.map((y, i): PlacedPoint => ({ x: 100 * i, y }));
    return offTheCurve(curve, curve[i], { width: 40, height: 10 }, { y: 0, height: 100 });
  };
  expect(of([50, 50], 0)).toBe(50 - 9);
  expect(of([5, 5], 0)).toBe(5 + 9 + 10); // above is no room
  expect(of([95, 95], 0)).toBe(95 - 9); // nor is there below
  expect(of([0, 50, 0], 1)).toBe(50 + 9 + 10); // in a valley
  expect(of([100, 50, 100], 1)).toBe(50 - 9); // on a hill
});

test('a prediction is the first greatest logit, as sure as its probability', () => {
  const { predicted, confidences } = predictionsOf(Float32Array.of(0, Math.log(3), 5, 5, NaN, NaN), 3, 2);
  expect([...predicted]).toEqual([1, 0, 0]);
  expect(confidences[0]).toBeCloseTo(0.75, 6);
  expect(confidences[1]).toBeCloseTo(0.5, 6);
  expect(confidences[2]).toBeNaN();
});

describe('the picture of power', () => {
  const power = (...names: string[]): PowerOfSetting[] => {
    const random = alea('picture');
    return powerOf(
      names.flatMap((name) => runsOf(20, { name }, random)),
      RULES,
      undefined,
      1,
    );
  };
  const settings = power('a', '<b>&"');

  test('has a row for each setting, and a column for each metric', async () => {
    const sizeOf = async (of: readonly PowerOfSetting[]): Promise<{ width: number; height: number }> =>
      decodePng(await powerPng(of));
    const [one, two] = [await sizeOf(settings.slice(0, 1)), await sizeOf(settings)];
    expect(two.width).toBe(one.width);
    expect(two.height).toBeGreaterThan(one.height + 170 * ZOOM);
    const ofCost = settings.map(({ smallest, ...setting }) => ({
      ...setting,
      changes: setting.changes.filter((change) => change.kind !== 'shift' || change.metric === 'cost'),
      smallest: smallest.filter(({ metric }) => metric === 'cost'),
    }));
    expect((await sizeOf(ofCost)).width).toBeLessThan(two.width);
  });

  test('has the same bytes for the same power, and others for another', async () => {
    const first = await powerPng(settings);
    expect((await powerPng(power('a', '<b>&"'))).equals(first)).toBe(true);
    const blind = settings.map((setting) => ({
      ...setting,
      changes: setting.changes.map((change) => ({
        ...change,
        seen: change.seen.map((seen) => ({ ...seen, gate: { ...seen.gate, count: 0 } })),
      })),
    }));
    expect((await powerPng(blind)).equals(first)).toBe(false);
  });
});
