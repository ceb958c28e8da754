import type { Draws } from './draws';
import { STYLES, type Point, type Stroke, type Style } from './skeletons';

/** A polyline that the pen follows. */
export interface Path {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Straight pieces per span between two points of a skeleton. */
const PIECES_PER_SPAN = 6;

/**
 * One person's attempt at a digit: a style, with its points shaken, then bent, stretched, slanted and rotated as a whole.
 *
 * @returns a path per stroke, in units of the height of the paper, around (0, 0).
 */
export function handwrite(digit: number, draws: Draws): Path[] {
  const style = chooseStyle(STYLES[digit], draws);
  // Most people write neatly, a few do not.
  const sloppiness = draws.uniform();
  const shake = 0.014 + 0.036 * sloppiness * sloppiness * sloppiness;
  const distort = randomDistortion(draws);
  return style.strokes.map((stroke) => {
    return liftEarly(smooth(shakeStroke(stroke, shake, draws).map(distort)), draws);
  });
}

function chooseStyle(styles: readonly Style[], draws: Draws): Style {
  let rest = 100 * draws.uniform();
  for (const style of styles) {
    rest -= style.share;
    if (rest < 0) return style;
  }
  throw new Error('the shares of the styles do not add up to 100');
}

/**
 * Displaces the points at random, and takes them to units of the paper's height around its centre. A hand that is off stays off for a
 * while, so each displacement keeps a part of the one before; at the ends it is greater, where the pen is in a hurry.
 */
function shakeStroke(stroke: Stroke, shake: number, draws: Draws): Point[] {
  let offX = 0;
  let offY = 0;
  return stroke.map(({ x, y, isCorner }, i) => {
    const amount = i === 0 || i === stroke.length - 1 ? 1.5 * shake : shake;
    offX = 0.6 * offX + amount * draws.bell();
    offY = 0.6 * offY + amount * draws.bell();
    return { x: (x - 32) / 100 + offX, y: (y - 50) / 100 + offY, isCorner };
  });
}

/** The bend, stretch, slant and rotation of a whole digit. */
function randomDistortion(draws: Draws): (point: Point) => Point {
  const bend = Array.from({ length: 6 }, () => 0.25 * draws.bell());
  const stretch = 1 + 0.22 * draws.bell();
  const slant = 0.18 + 0.22 * draws.bell();
  const [cos, sin] = smallRotation(0.11 * draws.bell());
  return ({ x, y, isCorner }) => {
    const bentX = x + bend[0] * x * x + bend[1] * x * y + bend[2] * y * y;
    const bentY = y + bend[3] * x * x + bend[4] * x * y + bend[5] * y * y;
    const slantedX = bentX * Math.max(stretch, 0.45) - slant * bentY;
    return { x: cos * slantedX - sin * bentY, y: sin * slantedX + cos * bentY, isCorner };
  };
}

/** Cosine and sine of about `angle` radians, by the tangent of its half: on the unit circle exactly, without Math.sin. */
function smallRotation(angle: number): [cos: number, sin: number] {
  const t = angle / 2;
  const norm = 1 + t * t;
  return [(1 - t * t) / norm, (2 * t) / norm];
}

/** A Catmull-Rom spline through the points, which starts anew at corners. */
function smooth(points: Stroke): Path {
  const pieces = (points.length - 1) * PIECES_PER_SPAN;
  const path = { x: new Float64Array(pieces + 1), y: new Float64Array(pieces + 1) };
  for (let span = 0; span < points.length - 1; span++) {
    const from = points[span];
    const to = points[span + 1];
    const before = span === 0 || from.isCorner ? from : points[span - 1];
    const after = span === points.length - 2 || to.isCorner ? to : points[span + 2];
    for (let piece = 0; piece < PIECES_PER_SPAN; piece++) {
      const t = piece / PIECES_PER_SPAN;
      path.x[span * PIECES_PER_SPAN + piece] = catmullRom(before.x, from.x, to.x, after.x, t);
      path.y[span * PIECES_PER_SPAN + piece] = catmullRom(before.y, from.y, to.y, after.y, t);
    }
  }
  const last = points[points.length - 1];
  path.x[pieces] = last.x;
  path.y[pieces] = last.y;
  return path;
}

/** The pen comes down late or is lifted early, by up to an eighth of the stroke. */
function liftEarly({ x, y }: Path, draws: Draws): Path {
  const most = x.length / 8;
  const from = Math.floor(most * draws.uniform() * draws.uniform());
  const to = x.length - Math.floor(most * draws.uniform() * draws.uniform());
  return { x: x.subarray(from, to), y: y.subarray(from, to) };
}

/** Between p1 (t = 0) and p2 (t = 1), with the tangents (p2 - p0) / 2 and (p3 - p1) / 2. */
function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const a = 3 * (p1 - p2) + p3 - p0;
  const b = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  return p1 + 0.5 * t * (p2 - p0 + t * (b + t * a));
}
