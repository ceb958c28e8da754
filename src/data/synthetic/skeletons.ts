/**
 * How people write the ten digits, as the path of a pen: several styles per digit, each of one or more strokes.
 *
 * A stroke is the points `x,y` that the pen passes through, on paper that is 100 high, x to the right and y downward; digits are about
 * 60 wide. The line is smooth through every point, but at those with a `!` the pen turns on the spot.
 */
interface WrittenStyle {
  /** How many in a hundred write the digit like this. */
  readonly share: number;
  readonly strokes: readonly string[];
}

const ZERO: readonly WrittenStyle[] = [
  // an oval from the top, counter-clockwise
  { share: 50, strokes: ['40,4 18,14 6,46 14,84 36,96 56,80 62,44 50,12 33,5'] },
  // begun at the right, closing with a tail into the oval
  { share: 20, strokes: ['50,12 32,4 12,20 6,54 20,90 42,94 60,64 58,26 42,10 27,18'] },
  // clockwise from the left, the end overshooting the start
  { share: 18, strokes: ['18,14 38,4 57,24 58,64 38,96 16,86 6,52 14,18 34,7'] },
  // not quite closed
  { share: 12, strokes: ['34,6 14,16 5,48 14,84 36,96 56,82 62,44 54,18 45,9'] },
];

const ONE: readonly WrittenStyle[] = [
  { share: 58, strokes: ['30,3 29,34 29,66 28,97'] },
  // bent
  { share: 12, strokes: ['32,3 37,35 34,68 24,97'] },
  // with an upstroke
  { share: 20, strokes: ['17,19 26,12 34,3! 33,36 32,68 31,97'] },
  // with a long upstroke: nearly a 7
  { share: 2, strokes: ['4,30 20,17 38,5! 36,36 31,68 28,97'] },
  // with a base
  { share: 8, strokes: ['14,22 25,14 34,4! 33,36 32,68 32,94', '8,95 30,94 56,94'] },
];

const TWO: readonly WrittenStyle[] = [
  // round head, corner, straight base
  { share: 38, strokes: ['8,24 20,8 40,4 54,18 50,40 32,66 10,93! 34,92 62,92'] },
  // with a loop at the foot
  { share: 30, strokes: ['10,22 24,7 44,6 54,22 48,46 32,70 14,90 4,88 8,76 22,78 42,92 64,88'] },
  // nearly a Z
  { share: 16, strokes: ['8,14 30,7 54,9 46,34 28,64 8,92! 34,93 62,89'] },
  // swan: a curved neck and a wave
  { share: 16, strokes: ['12,30 14,12 32,3 48,14 48,38 34,62 12,86 22,84 42,95 62,84'] },
];

const THREE: readonly WrittenStyle[] = [
  { share: 40, strokes: ['8,16 24,4 44,8 50,24 40,40 22,46! 44,50 58,66 52,86 30,97 6,88'] },
  // flat top
  { share: 18, strokes: ['8,7 30,6 54,6! 40,24 26,42! 46,48 56,66 48,88 26,97 4,88'] },
  // with a loop in the middle
  { share: 20, strokes: ['8,18 24,4 46,10 48,28 34,44 22,50 20,44 32,44 52,56 56,76 40,95 6,92'] },
  // shallow: the middle hardly comes in, nearly a 5 or a mirrored C
  { share: 16, strokes: ['10,12 30,4 48,14 48,32 36,45 50,56 56,74 42,92 20,96 6,88'] },
  // tall and pointed
  { share: 6, strokes: ['12,14 30,4 46,14 40,34 18,48! 42,54 50,72 40,92 24,97 8,84'] },
];

const FOUR: readonly WrittenStyle[] = [
  // open: an L, then a long downstroke
  { share: 46, strokes: ['14,6 10,30 8,52! 30,52 62,48', '50,6 47,36 44,68 42,97'] },
  // closed: a triangle
  { share: 20, strokes: ['46,4 26,34 5,64! 34,64 66,62', '47,5 46,36 45,68 44,97'] },
  // in one stroke, round: nearly a 9
  { share: 12, strokes: ['10,8 6,32 14,48 32,48 48,36 58,8! 52,40 47,70 42,97'] },
  // slanted bar and a short downstroke
  { share: 14, strokes: ['22,6 14,28 4,50! 30,56 64,52', '52,22 46,46 42,72 36,97'] },
  // a hook and a short stroke through it
  { share: 8, strokes: ['26,5 16,26 8,46 18,54 40,52 66,50', '48,32 44,54 40,76 38,97'] },
];

const FIVE: readonly WrittenStyle[] = [
  // in two strokes: body, then the roof
  { share: 38, strokes: ['16,10 13,28 10,44! 32,40 52,52 54,76 36,95 6,90', '16,9 36,8 62,5'] },
  // in one stroke, from the roof's end
  { share: 28, strokes: ['60,6 38,7 16,9! 13,26 10,44! 30,40 52,52 54,76 34,95 4,88'] },
  // nearly an S
  { share: 20, strokes: ['58,8 36,6 16,18 14,36 32,46 50,58 50,82 30,96 4,88'] },
  // the roof apart from the body
  { share: 10, strokes: ['18,16 14,32 12,46! 34,44 50,58 48,82 26,96 6,88', '22,8 42,6 64,4'] },
  // hardly a roof
  { share: 4, strokes: ['38,6 28,6 20,8! 15,26 10,44! 32,42 50,56 48,82 28,96 8,88'] },
];

const SIX: readonly WrittenStyle[] = [
  { share: 38, strokes: ['44,4 24,22 10,50 10,78 26,96 46,92 56,74 46,58 28,60 14,78'] },
  // a straight stem with a small loop
  { share: 26, strokes: ['34,3 24,28 14,56 12,82 26,96 44,90 50,74 38,64 22,72 14,84'] },
  // the head curled
  { share: 18, strokes: ['54,14 42,4 22,16 8,48 10,80 28,96 50,90 58,70 44,54 24,60 12,76'] },
  // a big loop: nearly a 0
  { share: 12, strokes: ['40,5 20,18 8,46 10,78 28,96 50,88 60,62 48,40 28,44 12,64'] },
  // the loop not closed
  { share: 6, strokes: ['44,4 24,22 10,50 10,80 28,96 48,90 56,74 46,60 32,64'] },
];

const SEVEN: readonly WrittenStyle[] = [
  { share: 44, strokes: ['6,10 30,9 58,8! 46,36 34,66 26,97'] },
  // with a bar
  { share: 14, strokes: ['6,10 30,9 58,8! 44,36 34,66 26,97', '16,52 36,50 56,48'] },
  // with a serif
  { share: 22, strokes: ['6,26 9,9! 32,10 60,7! 48,34 38,64 32,97'] },
  // round shoulder
  { share: 12, strokes: ['6,18 24,6 46,6 54,20 44,48 34,72 28,97'] },
  // a short roof: nearly a 1
  { share: 2, strokes: ['10,16 26,12 46,6! 42,34 35,66 28,97'] },
  // a serif and a bar
  { share: 6, strokes: ['8,22 8,8! 32,9 60,8! 46,36 36,66 30,97', '18,54 38,50 58,50'] },
];

const EIGHT: readonly WrittenStyle[] = [
  // an S, closed by the way back
  { share: 50, strokes: ['50,14 34,4 14,12 14,32 32,47 52,64 52,86 32,97 12,86 14,66 34,46 50,28 52,10'] },
  // begun at the crossing
  { share: 22, strokes: ['32,46 16,32 18,12 34,3 50,14 48,32 30,48 12,66 14,88 32,97 52,86 50,66 32,46'] },
  // two rings
  {
    share: 12,
    strokes: ['34,4 16,12 16,34 34,46 50,34 50,12 34,3', '32,46 12,58 10,84 32,97 54,84 52,58 34,46'],
  },
  // not closed at the top
  { share: 10, strokes: ['54,20 38,6 18,12 18,32 34,48 50,66 48,88 30,97 12,86 16,66 36,46 54,26 62,6'] },
  // a small head
  { share: 6, strokes: ['44,12 34,4 22,12 24,26 36,38 54,58 54,84 32,97 10,84 12,60 30,38 44,24 44,10'] },
];

const NINE: readonly WrittenStyle[] = [
  // a loop, then straight down
  { share: 42, strokes: ['52,14 34,4 14,16 10,36 24,48 42,38 54,12 52,42 46,70 42,97'] },
  // a hooked tail
  { share: 22, strokes: ['52,16 34,4 14,14 10,34 26,48 46,36 54,14 56,46 50,80 30,97 8,88'] },
  // a flat loop: nearly a 4
  { share: 10, strokes: ['48,14 30,8 12,22 10,40 26,50 44,40 52,8! 50,40 46,70 44,97'] },
  // ring and stick apart
  { share: 20, strokes: ['46,12 28,4 12,18 14,38 30,48 48,36 48,14 34,5', '50,8 48,38 40,70 30,97'] },
  // a small loop on a long tail
  { share: 6, strokes: ['46,12 34,4 22,12 20,26 32,34 44,26 48,12 48,42 42,72 34,97'] },
];

export interface Style {
  readonly share: number;
  readonly strokes: readonly Stroke[];
}

export type Stroke = readonly Point[];

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly isCorner: boolean;
}

/** The styles of each digit; their shares add up to 100. */
export const STYLES: readonly (readonly Style[])[] = [
  ZERO,
  ONE,
  TWO,
  THREE,
  FOUR,
  FIVE,
  SIX,
  SEVEN,
  EIGHT,
  NINE,
].map((styles) => styles.map(({ share, strokes }) => ({ share, strokes: strokes.map(parseStroke) })));

function parseStroke(points: string): Stroke {
  return points.split(' ').map((point) => {
    const [x, y] = point.replace('!', '').split(',').map(Number);
    return { x, y, isCorner: point.endsWith('!') };
  });
}
