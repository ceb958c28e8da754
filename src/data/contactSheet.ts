import type { Bitmap } from '../base/png';
import { FONT, bitmapOf, bitmapSvg, channelsShown, svgToPng } from '../base/svg';
import { escapeXml } from '../base/xml';
import { classCountOf, sizeText, type DataSet, type ImageSet } from './dataset';

const TRAIN_COLUMNS = 16;
const TEST_COLUMNS = 8;
/** Between images, in image pixels. */
const GAP = 2;
/** Screen pixels, at least, per image; so that the images of every data set are big enough to be looked at. */
const IMAGE_SIZE = 56;
const MARGIN = 16;
const LEAST_LABEL_WIDTH = 32;
const DIGIT_WIDTH = 14;
const HEADER_HEIGHT = 56;

/** A PNG of the first images of each class, training and test, one row per class; those of one channel dark on light. */
export function contactSheet(dataSet: DataSet): Promise<Buffer> {
  return svgToPng(contactSheetSvg(dataSet));
}

function contactSheetSvg({ name, sha256, train, test }: DataSet): string {
  const scale = Math.max(1, Math.round(IMAGE_SIZE / Math.max(train.height, train.width)));
  const classes = Math.max(classCountOf(train), classCountOf(test));
  const trainGrid = grid(train, classes, TRAIN_COLUMNS);
  const testGrid = grid(test, classes, TEST_COLUMNS);
  const digits = String(classes - 1).length;
  const trainX = MARGIN + Math.max(LEAST_LABEL_WIDTH, digits * DIGIT_WIDTH);
  const testX = trainX + trainGrid.width * scale + MARGIN;
  const width = testX + testGrid.width * scale + MARGIN;
  const gridY = MARGIN + HEADER_HEIGHT;
  const height = gridY + trainGrid.height * scale + MARGIN;
  const rowPitch = (train.height + GAP) * scale;
  const labels = Array.from({ length: classes }, (_, label) => {
    const y = gridY + label * rowPitch + (train.height * scale) / 2 + 6;
    return `<text x="${MARGIN}" y="${y}" font-size="18" font-weight="bold">${label}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="${FONT}">
<text x="${MARGIN}" y="${MARGIN + 16}" font-size="18" font-weight="bold">${escapeXml(name)}</text>
<text x="${width - MARGIN}" y="${MARGIN + 16}" font-size="12" text-anchor="end" fill="#666">SHA-256 ${sha256.slice(0, 16)}…</text>
<text x="${trainX}" y="${gridY - 8}" font-size="12" fill="#666">training, ${describe(train)}</text>
<text x="${testX}" y="${gridY - 8}" font-size="12" fill="#666">test, ${describe(test)}</text>
${labels.join('\n')}
${bitmapSvg(trainGrid, trainX, gridY, scale)}
${bitmapSvg(testGrid, testX, gridY, scale)}
</svg>`;
}

function describe(set: ImageSet): string {
  return `${set.count.toLocaleString('en-US')} images of ${sizeText(set)}`;
}

/** The first `columns` images of each class, one row per class; places for which there are no images stay white. */
function grid(set: ImageSet, classes: number, columns: number): Bitmap {
  const height = classes * (set.height + GAP) - GAP;
  const width = columns * (set.width + GAP) - GAP;
  const size = set.channels * set.height * set.width;
  const channels = channelsShown(set.channels);
  const pixels = new Uint8Array(height * width * channels).fill(255);
  const placed = new Array<number>(classes).fill(0);
  for (let i = 0; i < set.count; i++) {
    const label = set.labels[i];
    if (placed[label] === columns) continue;
    const top = label * (set.height + GAP);
    const left = placed[label]++ * (set.width + GAP);
    const image = set.images.subarray(i * size, (i + 1) * size);
    const shown = bitmapOf(image, set.channels, set.height, set.width).pixels;
    const row = channels * set.width;
    for (let y = 0; y < set.height; y++) {
      pixels.set(shown.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
    }
  }
  return { pixels, channels, height, width };
}
