import { contactSheet } from '../../src/data/contactSheet';
import type { DataSet, ImageSet } from '../../src/data/dataset';
import { decodePng } from './support';

/** 28 × 28 images, each of one grey: `10 * label + how often the label came before`, so that each tells where it belongs. */
function greySet(labels: number[]): ImageSet {
  const seen = new Array<number>(10).fill(0);
  const greys = labels.map((label) => 10 * label + seen[label]++);
  const images = Uint8Array.from(greys.flatMap((grey) => new Array<number>(784).fill(255 - grey)));
  return {
    images,
    labels: Uint8Array.from(labels),
    count: labels.length,
    channels: 1,
    height: 28,
    width: 28,
  };
}

const repeat = (label: number, times: number): number[] => new Array<number>(times).fill(label);

const DATA: DataSet = {
  name: 'a <set> & more',
  sha256: 'ab'.repeat(32),
  train: greySet([9, 3, ...repeat(0, 18), 3, 5]),
  test: greySet([3, ...repeat(8, 9)]),
};

/** Position of the grid's pixels in the sheet: an image takes 56 pixels, its neighbour begins 4 later. */
const TRAIN_X = 48;
const TEST_X = 48 + (16 * 60 - 4) + 16;
const GRID_Y = 72;

test('each image is in the row of its class, in order, training on the left and test on the right', async () => {
  const { rgba, width } = await decodePng(await contactSheet(DATA));
  const rowsAt = (gridX: number, columns: number): number[][] =>
    Array.from({ length: 10 }, (_, row) =>
      Array.from({ length: columns }, (_, column) => {
        const [x, y] = [gridX + column * 60 + 28, GRID_Y + row * 60 + 28];
        return rgba[(y * width + x) * 4];
      }),
    );
  const row = (columns: number, ...greys: number[]): number[] =>
    Array.from({ length: columns }, (_, i) => greys[i] ?? 255);
  const counting = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => from + i);
  expect(rowsAt(TRAIN_X, 16)).toEqual([
    counting(0, 16),
    row(16),
    row(16),
    row(16, 30, 31),
    row(16),
    row(16, 50),
    row(16),
    row(16),
    row(16),
    row(16, 90),
  ]);
  expect(rowsAt(TEST_X, 8)).toEqual([
    row(8),
    row(8),
    row(8),
    row(8, 30),
    row(8),
    row(8),
    row(8),
    row(8),
    counting(80, 8),
    row(8),
  ]);
});

test('there is a label before each row, and a heading', async () => {
  const { rgba, width } = await decodePng(await contactSheet(DATA));
  const inkIn = (x0: number, y0: number, x1: number, y1: number): number => {
    let ink = 0;
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (rgba[(y * width + x) * 4] < 128) ink++;
    return ink;
  };
  for (let label = 0; label < 10; label++) {
    expect(inkIn(0, GRID_Y + label * 60, TRAIN_X, GRID_Y + label * 60 + 56)).toBeGreaterThan(20);
  }
  expect(inkIn(0, 0, width, 60)).toBeGreaterThan(200);
});

test('shows colours, and a row for each of twelve classes', async () => {
  const colours = (count: number, blue: number): ImageSet => ({
    images: Uint8Array.from({ length: count * 3 * 784 }, (_, i) => {
      const image = Math.floor(i / (3 * 784));
      return [200, 10 * (image % 12), blue][Math.floor(i / 784) % 3];
    }),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 12),
    ...{ count, channels: 3, height: 28, width: 28 },
  });
  const sheet = await contactSheet({ ...DATA, train: colours(24, 40), test: colours(12, 80) });
  const { rgba, width, height } = await decodePng(sheet);
  expect(height).toBe(GRID_Y + 12 * 60 - 4 + 16);
  const colourAt = (x: number, y: number): number[] => [
    ...rgba.subarray((y * width + x) * 4, (y * width + x) * 4 + 3),
  ];
  for (let label = 0; label < 12; label++) {
    const y = GRID_Y + label * 60 + 28;
    const [one, two, three] = [0, 1, 2].map((column) => colourAt(TRAIN_X + column * 60 + 28, y));
    expect([one, two, three]).toEqual([
      [200, 10 * label, 40],
      [200, 10 * label, 40],
      [255, 255, 255],
    ]);
    expect(colourAt(TEST_X + 28, y)).toEqual([200, 10 * label, 80]);
  }
});

test('of two channels the mean is shown, dark on light', async () => {
  const set: ImageSet = {
    images: Uint8Array.from({ length: 2 * 784 }, (_, i) => (i < 784 ? 100 : 50)),
    labels: Uint8Array.of(0),
    ...{ count: 1, channels: 2, height: 28, width: 28 },
  };
  const { rgba, width } = await decodePng(await contactSheet({ ...DATA, train: set, test: set }));
  expect(rgba[((GRID_Y + 28) * width + TRAIN_X + 28) * 4]).toBe(255 - 75);
});

test('two renderings are the same bytes', async () => {
  expect((await contactSheet(DATA)).equals(await contactSheet(DATA))).toBe(true);
});
