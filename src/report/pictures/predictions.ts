import { pythonFixed } from '../../base/printf';
import { FONT, bitmapOf, bitmapSvg, svgToPng } from '../../base/svg';
import { escapeXml } from '../../base/xml';

/** Images, what they are, and what a model says they are. */
export interface PredictedImages {
  /** uint8 [count, channels, height, width] */
  readonly images: Uint8Array;
  /** uint8 [count] */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** uint8 [count] */
  readonly predicted: Uint8Array;
  /** [count]: the probability that the model gives to the predicted class; NaN where there is none. */
  readonly confidences: ArrayLike<number>;
}

const COLUMNS = 10;
const MOST_MISTAKES = 40;
const MOST_DOUBTS = 20;
/** Units, at least, per image; so that the images of every data set are big enough to be looked at. */
const IMAGE_SIZE = 84;
const GAP = 22;
const CAPTION_HEIGHT = 34;
const ROW_GAP = 14;
const MARGIN = 28;
const SECTION_HEADING = 50;
const ZOOM = 1.5;
const RIGHT = '#1a7f4b';
const WRONG = '#c8321f';
const GREY = '#666';

/**
 * A PNG of what a model says of a test set: its mistakes first, the surest before the others; then the right answers that it was
 * least sure of; then, of each class, the first image that it was right about.
 *
 * @param run what was trained, such as `digits, lr 0.001, seed 1`
 */
export function predictionsPng(images: PredictedImages, run: string): Promise<Buffer> {
  return svgToPng(predictionsSvg(images, run), ZOOM);
}

interface Section {
  readonly heading: string;
  readonly shown: readonly number[];
}

function sectionsOf({ labels, predicted, confidences, count }: PredictedImages): Section[] {
  const all = Array.from({ length: count }, (_, i) => i);
  const isRight = (i: number): boolean => predicted[i] === labels[i];
  const right = all.filter(isRight);
  // NaN, which nothing can be ordered by, is no confidence at all. Ties stay in the order of the images.
  const confidence = (i: number): number => (Number.isNaN(confidences[i]) ? 0 : confidences[i]);
  const mistakes = all.filter((i) => !isRight(i)).sort((a, b) => confidence(b) - confidence(a));
  const doubts = [...right].sort((a, b) => confidence(a) - confidence(b));
  const classes = [...new Set(right.map((i) => labels[i]))].sort((a, b) => a - b);
  const typical = classes.map((label) => right.find((i) => labels[i] === label)!);
  const atMost = (limit: number, images: readonly number[]): string =>
    images.length > limit ? `${limit} of ${grouped(images.length)} ` : `${images.length} `;
  const sections: Section[] = [
    {
      heading:
        mistakes.length === 0
          ? 'No mistakes'
          : `Mistakes: ${atMost(MOST_MISTAKES, mistakes)}shown, the surest first`,
      shown: mistakes.slice(0, MOST_MISTAKES),
    },
    {
      heading: `Right, but unsure: the ${Math.min(MOST_DOUBTS, doubts.length)} right answers with the least confidence`,
      shown: doubts.slice(0, MOST_DOUBTS),
    },
    { heading: 'Right: the first of each class', shown: typical },
  ];
  return sections.filter(({ shown }, index) => index === 0 || shown.length > 0);
}

/** The same as SVG, without its zoom. */
export function predictionsSvg(images: PredictedImages, run: string): string {
  const { labels, predicted, count, height, width } = images;
  const scale = Math.max(1, Math.round(IMAGE_SIZE / Math.max(height, width)));
  const tileWidth = Math.max(width * scale, IMAGE_SIZE);
  const pitchX = tileWidth + GAP;
  const pitchY = height * scale + CAPTION_HEIGHT + ROW_GAP;
  const fullWidth = 2 * MARGIN + COLUMNS * pitchX - GAP;
  const correct = labels.reduce((sum, label, i) => sum + (predicted[i] === label ? 1 : 0), 0);
  const summary = `${grouped(correct)} of ${grouped(count)} test images right (${pythonFixed((100 * correct) / count, 2)} %)`;
  const parts: string[] = [
    text(MARGIN, MARGIN + 20, 'Predictions', { size: 24, bold: true }),
    text(MARGIN, MARGIN + 46, `${run}: ${summary}`, { size: 15 }),
    text(fullWidth - MARGIN, MARGIN + 20, 'under each image: what the model says,', {
      size: 12,
      fill: GREY,
      anchor: 'end',
    }),
    text(fullWidth - MARGIN, MARGIN + 36, 'what it is, and how sure the model was', {
      size: 12,
      fill: GREY,
      anchor: 'end',
    }),
  ];
  let top = MARGIN + 62;
  for (const { heading, shown } of sectionsOf(images)) {
    parts.push(text(MARGIN, top + 30, heading, { size: 15, bold: true }));
    top += SECTION_HEADING;
    for (const [place, i] of shown.entries()) {
      const x = MARGIN + (place % COLUMNS) * pitchX;
      parts.push(tile(images, i, x, top + Math.floor(place / COLUMNS) * pitchY, tileWidth, scale));
    }
    top += Math.ceil(shown.length / COLUMNS) * pitchY;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${top + MARGIN - ROW_GAP}" font-family="${FONT}">
${parts.join('\n')}
</svg>`;
}

/** One image in a frame that says whether the answer is right, and its caption. */
function tile(
  set: PredictedImages,
  i: number,
  x: number,
  y: number,
  tileWidth: number,
  scale: number,
): string {
  const { images, labels, predicted, confidences, channels, height, width } = set;
  const size = channels * height * width;
  const image = images.subarray(i * size, (i + 1) * size);
  const colour = predicted[i] === labels[i] ? RIGHT : WRONG;
  const left = x + (tileWidth - width * scale) / 2;
  const frame = { x: left - 1.5, y: y - 1.5, width: width * scale + 3, height: height * scale + 3 };
  const captionX = left - 1;
  const captionY = y + height * scale;
  return [
    bitmapSvg(bitmapOf(image, channels, height, width), left, y, scale),
    `<rect x="${frame.x}" y="${frame.y}" width="${frame.width}" height="${frame.height}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    text(captionX, captionY + 17, `says ${predicted[i]}`, { size: 12, bold: true, fill: colour }),
    text(captionX, captionY + 32, `is ${labels[i]}`, { size: 12, fill: GREY }),
    text(captionX + frame.width - 1, captionY + 32, percent(confidences[i]), {
      size: 12,
      fill: GREY,
      anchor: 'end',
    }),
  ].join('\n');
}

interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly anchor?: 'end';
}

function text(x: number, y: number, content: string, { size, bold, fill, anchor }: TextStyle): string {
  const style = [
    `font-size="${size}"`,
    bold ? 'font-weight="bold"' : '',
    `fill="${fill ?? '#111'}"`,
    anchor ? `text-anchor="${anchor}"` : '',
  ].join(' ');
  return `<text x="${x}" y="${y}" xml:space="preserve" ${style}>${escapeXml(content)}</text>`;
}

/** Never 100 % of what is not quite sure. */
function percent(confidence: number): string {
  if (Number.isNaN(confidence)) return 'nan';
  const rounded = Math.round(100 * confidence);
  return rounded === 100 && confidence < 0.9995 ? `${pythonFixed(100 * confidence, 1)} %` : `${rounded} %`;
}

/** 10,000 */
function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
