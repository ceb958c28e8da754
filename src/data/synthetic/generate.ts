import type { ImageSet } from '../dataset';
import { Draws } from './draws';
import { handwrite } from './handwriting';
import { drawInk, IMAGE_SIZE } from './pen';

/**
 * Images of random digits; each is drawn from a seed of its own, so none depends on how many there are or on their order.
 *
 * @param onImage called with the number of images that are done.
 */
export function generateDigits(
  part: 'train' | 'test',
  count: number,
  onImage?: (doneCount: number) => void,
): ImageSet {
  const pixels = IMAGE_SIZE * IMAGE_SIZE;
  const images = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const draws = new Draws(`assay synthetic digits, ${part}, ${i}`);
    labels[i] = draws.integerBelow(10);
    images.set(drawInk(handwrite(labels[i], draws), draws), i * pixels);
    onImage?.(i + 1);
  }
  return { images, labels, count, channels: 1, height: IMAGE_SIZE, width: IMAGE_SIZE };
}
