import { appendLanes, lanesBelow } from './append';

/**
 * The pixels of one sample, each content once. Images repeat themselves: their background gives the same pixel over and over, in
 * every layer. What follows from one pixel alone is computed for the first that has its bits, and serves them all.
 *
 * For each distinct pixel there is a list of its channels that are not 0 (see accumulate.ts); number 0 is none of them: a pixel
 * outside of the image, with an empty list.
 */

/** Of this thread, for one sample at a time; see `setDistinctScratch`. */
let lists: usize = 0;
let starts: usize = 0;
let sources: usize = 0;
let buckets: usize = 0;
/** The number of each pixel, times `scale`: int32 [height + 2 · paddingHeight][width + 2 · paddingWidth]. */
export let numbers: usize = 0;

/**
 * @param listArea room for the lists of as many pixels as the largest image has, and for what `appendLanes` may write beyond
 * @param startArea and `sourceArea`, int32 [pixels + 2]: where each number's list begins, and its first pixel
 * @param bucketArea int32 [a power of 2 above twice the pixels]: a hash table of numbers
 */
export function setDistinctScratch(
  listArea: usize,
  startArea: usize,
  sourceArea: usize,
  bucketArea: usize,
  numberArea: usize,
): void {
  lists = listArea;
  starts = startArea;
  sources = sourceArea;
  buckets = bucketArea;
  numbers = numberArea;
}

/** The address of number d's list; the next one's is its end. */
export function listOf(d: i32): usize {
  return load<i32>(starts + (d << 2));
}

/**
 * Numbers the pixels of an image, and lists each distinct one's channels.
 *
 * @param scale bytes from one channel's weights to the next
 * @returns how many numbers there are, 0 among them
 */
export function collectDistinct(
  from: usize,
  rowStride: i32,
  pixelStride: i32,
  height: i32,
  width: i32,
  channels: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  scale: i32,
): i32 {
  const numbersWidth = width + 2 * paddingWidth;
  memory.fill(numbers, 0, (numbersWidth * (height + 2 * paddingHeight)) << 2);
  let slots = 64;
  while (slots < 2 * height * width) slots <<= 1;
  memory.fill(buckets, 0, slots << 2);
  const laneOffsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(scale));
  const zero = f32x4.splat(0);
  store<i32>(starts, <i32>lists);
  store<i32>(starts, <i32>lists, 4);
  let end = lists;
  let count = 1;
  for (let y = 0; y < height; y++) {
    let number = numbers + (((y + paddingHeight) * numbersWidth + paddingWidth) << 2);
    let pixel = from + y * rowStride;
    for (let x = 0; x < width; x++) {
      let slot = hash(pixel, channels) & (slots - 1);
      let d = load<i32>(buckets + (slot << 2));
      while (d != 0 && !isSame(pixel, load<i32>(sources + (d << 2)), channels)) {
        slot = (slot + 1) & (slots - 1);
        d = load<i32>(buckets + (slot << 2));
      }
      if (d == 0) {
        d = count++;
        store<i32>(buckets + (slot << 2), d);
        store<i32>(sources + (d << 2), <i32>pixel);
        for (let c = 0; c < channels; c += 4) {
          const values = v128.load(pixel + (c << 2));
          const mask = i32x4.bitmask(f32x4.ne(values, zero)) & lanesBelow(c, channels);
          end = appendLanes(end, i32x4.add(laneOffsets, i32x4.splat(c * scale)), values, mask);
        }
        store<i32>(starts + (d << 2), <i32>end, 4);
      }
      store<i32>(number, d * scale);
      number += 4;
      pixel += pixelStride;
    }
  }
  return count;
}

/** Of all channels' bits, and of whatever fills up the last vector: two pixels that differ there only are taken for two. */
function hash(pixel: usize, channels: i32): i32 {
  const factor = i32x4.splat(0x01000193);
  let mixed = i32x4.splat(0);
  const end = pixel + (channels << 2);
  for (; pixel < end; pixel += 16) mixed = i32x4.mul(v128.xor(mixed, v128.load(pixel)), factor);
  const half = i64x2.extract_lane(mixed, 0) ^ (i64x2.extract_lane(mixed, 1) * 0x9e3779b97f4a7c15);
  return (<i32>((half * 0x9e3779b97f4a7c15) >> 40)) & 0xffffff;
}

function isSame(a: usize, b: usize, channels: i32): bool {
  let differs = i32x4.splat(0);
  const end = a + (channels << 2);
  for (; a < end; a += 16) {
    differs = v128.or(differs, v128.xor(v128.load(a), v128.load(b)));
    b += 16;
  }
  return !v128.any_true(differs);
}
