import { Draws } from '../../../src/data/synthetic/draws';
import { generateDigits } from '../../../src/data/synthetic/generate';
import { handwrite, type Path } from '../../../src/data/synthetic/handwriting';
import { drawInk } from '../../../src/data/synthetic/pen';
import { STYLES } from '../../../src/data/synthetic/skeletons';

const SIZE = 28;
const sample = generateDigits('test', 2000);
const images = Array.from({ length: sample.count }, (_, i) => sample.images.subarray(784 * i, 784 * (i + 1)));

describe('skeletons', () => {
  test.each(STYLES.map((styles, digit) => ({ digit, styles })))(
    '$digit is written in several styles',
    ({ styles }) => {
      expect(styles.length).toBeGreaterThanOrEqual(4);
      expect(styles.reduce((sum, { share }) => sum + share, 0)).toBe(100);
      for (const { x, y } of styles.flatMap(({ strokes }) => strokes.flat())) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(70);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(100);
      }
    },
  );
});

describe('draws', () => {
  const draws = new Draws('a seed');
  const many = (draw: () => number): number[] => Array.from({ length: 20_000 }, draw);
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

  test('are the same for the same seed, and others for another', () => {
    const three = (seed: string): number[] => {
      const { uniform } = new Draws(seed);
      return [uniform(), uniform(), uniform()];
    };
    expect(three('x')).toEqual(three('x'));
    expect(three('x')).not.toEqual(three('y'));
  });

  // The bounds are five standard errors of 20,000 draws.
  test('bell has mean 0, variance 1 and stays within 2√3', () => {
    const values = many(() => draws.bell());
    expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(mean(values.map((v) => v * v)) - 1)).toBeLessThan((5 * 1.2) / Math.sqrt(20_000));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(2 * Math.sqrt(3));
  });

  test('chance and integerBelow keep to their probabilities and ranges', () => {
    expect(Math.abs(mean(many(() => Number(draws.chance(0.1)))) - 0.1)).toBeLessThan(
      (5 * 0.3) / Math.sqrt(20_000),
    );
    expect([...new Set(many(() => draws.integerBelow(3)))].sort()).toEqual([0, 1, 2]);
  });
});

describe('pen', () => {
  const line = (...points: [number, number][]): Path => ({
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
  });
  const draw = (seed: number, ...paths: Path[]): Uint8Array => drawInk(paths, new Draws(`pen ${seed}`));
  const box = (image: Uint8Array): { left: number; right: number; top: number; bottom: number } => {
    const inked = [...image.keys()].filter((i) => image[i] > 0);
    const xs = inked.map((i) => i % SIZE);
    const ys = inked.map((i) => Math.floor(i / SIZE));
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };

  test('an upright line is a column about as high as MNIST’s digits, 20, in the middle', () => {
    for (let seed = 0; seed < 50; seed++) {
      const image = draw(seed, line([0, 0], [0, 0.5], [0, 1]));
      const { left, right, top, bottom } = box(image);
      // the pen's pressure differs at the ends, and it may skip one
      expect(bottom - top + 1).toBeGreaterThanOrEqual(15);
      expect(bottom - top + 1).toBeLessThanOrEqual(23);
      expect(right - left + 1).toBeLessThanOrEqual(8);
      expect(Math.abs((left + right) / 2 - 13.5)).toBeLessThanOrEqual(1);
    }
  });

  test('a rectangle is inked along its sides and empty inside', () => {
    const image = draw(1, line([0, 0], [1, 0], [1, 1], [0, 1], [0, 0]));
    const { left, right, top, bottom } = box(image);
    expect(Math.abs(right - left - (bottom - top))).toBeLessThanOrEqual(1);
    const middle = Math.round((top + bottom) / 2);
    const row = [...image.subarray(SIZE * middle, SIZE * (middle + 1))];
    expect(row.slice(left + 6, right - 5).every((ink) => ink === 0)).toBe(true);
    expect(Math.max(...row.slice(left, left + 6))).toBe(255);
    expect(Math.max(...row.slice(right - 5, right + 1))).toBe(255);
  });

  test('size and place on the paper do not matter', () => {
    for (let seed = 0; seed < 20; seed++) {
      // powers of two, so that scaling and shifting round nothing
      const here = draw(seed, line([0, 0], [0.5, 0.25], [0.25, 1]));
      expect(draw(seed, line([8, 4], [12, 6], [10, 12]))).toEqual(here);
    }
  });
});

describe('handwriting', () => {
  test('every attempt at a digit is another one', () => {
    for (let digit = 0; digit < 10; digit++) {
      const attempts = [1, 2, 3, 4, 5].map((i) => JSON.stringify(handwrite(digit, new Draws(`${i}`))));
      expect(new Set(attempts).size).toBe(5);
    }
  });

  test('paths are finite and about as high as the paper', () => {
    for (let i = 0; i < 1000; i++) {
      const ys = handwrite(i % 10, new Draws(`${i}`)).flatMap((path) => [...path.x, ...path.y]);
      expect(ys.every(Number.isFinite)).toBe(true);
      expect(Math.max(...ys) - Math.min(...ys)).toBeGreaterThan(0.4);
      expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(2.5);
    }
  });
});

describe('the images', () => {
  test('do not depend on how many are drawn; training and test images differ', () => {
    const few = generateDigits('test', 20);
    expect(Buffer.compare(few.images, sample.images.subarray(0, 20 * 784))).toBe(0);
    expect([...few.labels]).toEqual([...sample.labels.subarray(0, 20)]);
    expect(Buffer.compare(few.images, generateDigits('train', 20).images)).not.toBe(0);
  });

  test('no two are the same', () => {
    expect(new Set(images.map((image) => Buffer.from(image).toString('latin1'))).size).toBe(images.length);
  });

  test('all ten digits come about equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (const label of sample.labels) counts[label]++;
    // five standard deviations of a count of 2000 draws with probability 0.1
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(5 * Math.sqrt(180));
  });

  test('have as much ink as MNIST’s: mean 0.1307, standard deviation 0.3081', () => {
    let sum = 0;
    let squares = 0;
    for (const value of sample.images) {
      sum += value / 255;
      squares += (value / 255) * (value / 255);
    }
    const mean = sum / sample.images.length;
    expect(Math.abs(mean - 0.1307)).toBeLessThan(0.003);
    expect(Math.abs(Math.sqrt(squares / sample.images.length - mean * mean) - 0.3081)).toBeLessThan(0.005);
  });

  test('are centred by mass to the pixel, unless the ink would leave the image', () => {
    let centred = 0;
    for (const image of images) {
      let [mass, x, y] = [0, 0, 0];
      image.forEach((ink, i) => {
        mass += ink;
        x += ink * (i % SIZE);
        y += ink * Math.floor(i / SIZE);
      });
      if (Math.max(Math.abs(x / mass - 13.5), Math.abs(y / mass - 13.5)) <= 0.5) centred++;
    }
    expect(centred / images.length).toBeGreaterThan(0.99);
  });

  test('can be told apart, but not by the nearest average: they are neither noise nor copies', () => {
    const train = generateDigits('train', 4000);
    const averages = Array.from({ length: 10 }, () => new Float64Array(784));
    const counts = new Array<number>(10).fill(0);
    train.labels.forEach((label, i) => {
      counts[label]++;
      for (let p = 0; p < 784; p++) averages[label][p] += train.images[784 * i + p];
    });
    averages.forEach((average, label) => average.forEach((sum, p) => (average[p] = sum / counts[label])));
    let correctCount = 0;
    images.forEach((image, i) => {
      const distances = averages.map((average) =>
        image.reduce((d, ink, p) => d + (ink - average[p]) ** 2, 0),
      );
      if (distances.indexOf(Math.min(...distances)) === sample.labels[i]) correctCount++;
    });
    // MNIST's nearest class average is right for 82 % of its test images.
    expect(correctCount / images.length).toBeGreaterThan(0.6);
    expect(correctCount / images.length).toBeLessThan(0.9);
  });
});
