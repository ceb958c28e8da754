import type { Draws } from './draws';
import type { Path } from './handwriting';

// Looked up once: under jest, each look-up of the global `Math` takes longer than the root itself.
const ceil = Math.ceil;
const floor = Math.floor;
const max = Math.max;
const min = Math.min;
const sqrt = Math.sqrt;

/** Side of the image, and of the square in its middle that the digit fills, in pixels: MNIST's. */
export const IMAGE_SIZE = 28;
const DIGIT_SIZE = 20;

/** Over how many pixels ink fades at a line's edge. */
const EDGE = 1.2;

/** A radius that darkens nothing. */
const NO_INK = -EDGE;

/** A path in pixels, with the pen's radius at each point. */
interface InkedPath extends Path {
  readonly radius: Float64Array;
}

/**
 * Draws paths with a pen of random width and pressure, scaled to MNIST's size and centred by mass as MNIST is.
 *
 * @returns uint8 [28, 28], 0 is paper, 255 is ink.
 */
export function drawInk(paths: readonly Path[], draws: Draws): Uint8Array {
  const radius = 0.67 + 1.0 * draws.uniform() + 0.6 * draws.uniform() * draws.uniform();
  const inked = fit(paths, radius).map((path) => press(path, radius, draws));
  const darkness = new Float64Array(IMAGE_SIZE * IMAGE_SIZE);
  for (const path of inked) {
    for (let i = 0; i + 1 < path.x.length; i++) drawSegment(darkness, path, i);
  }
  const image = new Uint8Array(IMAGE_SIZE * IMAGE_SIZE);
  for (let i = 0; i < image.length; i++) image[i] = 255 * darkness[i] + 0.5; // storing truncates
  return centreByMass(image);
}

/** Scales the paths so that, with the pen's width, their longer side fills the square in the middle of the image. */
function fit(paths: readonly Path[], radius: number): Path[] {
  const [left, right] = range(paths.map((path) => path.x));
  const [top, bottom] = range(paths.map((path) => path.y));
  const scale = (DIGIT_SIZE - 2 * radius) / max(right - left, bottom - top);
  const middle = (IMAGE_SIZE - 1) / 2; // pixel centres have integer coordinates
  return paths.map(({ x, y }) => ({
    x: x.map((value) => middle + scale * (value - (left + right) / 2)),
    y: y.map((value) => middle + scale * (value - (top + bottom) / 2)),
  }));
}

function range(arrays: readonly Float64Array[]): [from: number, to: number] {
  let from = Infinity;
  let to = -Infinity;
  for (const array of arrays) {
    for (const value of array) {
      if (value < from) from = value;
      if (value > to) to = value;
    }
  }
  return [from, to];
}

/** Pressure: the radius changes along the path, smoothly from start to end, and a little at random; sometimes the pen skips. */
function press(path: Path, radius: number, draws: Draws): InkedPath {
  const count = path.x.length;
  const start = 1 + 0.18 * draws.bell();
  const end = 1 + 0.18 * draws.bell();
  const skipFrom = draws.chance(0.04) ? draws.integerBelow(count) : count;
  const skipTo = skipFrom + count / 8;
  return {
    ...path,
    radius: path.x.map((_, i) => {
      if (i >= skipFrom && i < skipTo) return NO_INK;
      const pressure = start + ((end - start) * i) / (count - 1);
      return max(0.45, radius * pressure + 0.09 * draws.bell());
    }),
  };
}

/** Darkens the pixels near the segment from point `i` to the next: 1 within the pen's radius, fading over {@link EDGE}. */
function drawSegment(darkness: Float64Array, path: InkedPath, i: number): void {
  const x0 = path.x[i];
  const y0 = path.y[i];
  const dx = path.x[i + 1] - x0;
  const dy = path.y[i + 1] - y0;
  const squaredLength = dx * dx + dy * dy;
  const reach = max(path.radius[i], path.radius[i + 1]) + EDGE / 2;
  const fromX = max(0, ceil(min(x0, x0 + dx) - reach));
  const toX = min(IMAGE_SIZE - 1, floor(max(x0, x0 + dx) + reach));
  const fromY = max(0, ceil(min(y0, y0 + dy) - reach));
  const toY = min(IMAGE_SIZE - 1, floor(max(y0, y0 + dy) + reach));
  for (let y = fromY; y <= toY; y++) {
    for (let x = fromX; x <= toX; x++) {
      // the nearest point of the segment, as a share of its length
      const along = squaredLength > 0 ? ((x - x0) * dx + (y - y0) * dy) / squaredLength : 0;
      const t = along < 0 ? 0 : along > 1 ? 1 : along;
      const offX = x - (x0 + t * dx);
      const offY = y - (y0 + t * dy);
      const squaredDistance = offX * offX + offY * offY;
      const outer = path.radius[i] + t * (path.radius[i + 1] - path.radius[i]) + EDGE / 2;
      if (outer <= 0 || squaredDistance >= outer * outer) continue;
      const dark = (outer - sqrt(squaredDistance)) / EDGE;
      const pixel = y * IMAGE_SIZE + x;
      if (dark > darkness[pixel]) darkness[pixel] = dark > 1 ? 1 : dark;
    }
  }
}

/** Moves the image by whole pixels so that its centre of mass is in the middle, or as near as the border allows. */
function centreByMass(image: Uint8Array): Uint8Array {
  let mass = 0;
  let momentX = 0;
  let momentY = 0;
  let [left, right, top, bottom] = [IMAGE_SIZE, -1, IMAGE_SIZE, -1];
  for (let y = 0; y < IMAGE_SIZE; y++) {
    for (let x = 0; x < IMAGE_SIZE; x++) {
      const ink = image[y * IMAGE_SIZE + x];
      if (ink === 0) continue;
      mass += ink;
      momentX += ink * x;
      momentY += ink * y;
      left = min(left, x);
      right = max(right, x);
      top = min(top, y);
      bottom = max(bottom, y);
    }
  }
  const middle = (IMAGE_SIZE - 1) / 2;
  const shiftX = clamp(floor(middle - momentX / mass + 0.5), -left, IMAGE_SIZE - 1 - right);
  const shiftY = clamp(floor(middle - momentY / mass + 0.5), -top, IMAGE_SIZE - 1 - bottom);
  const moved = new Uint8Array(image.length);
  for (let y = top; y <= bottom; y++) {
    const row = image.subarray(y * IMAGE_SIZE + left, y * IMAGE_SIZE + right + 1);
    moved.set(row, (y + shiftY) * IMAGE_SIZE + left + shiftX);
  }
  return moved;
}

function clamp(value: number, from: number, to: number): number {
  return min(to, max(from, value));
}
