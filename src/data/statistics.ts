import type { DataSet } from './dataset';

/** Mean and standard deviation of the training pixels, scaled to 0 … 1; with 4 decimals, as people write them. */
export function pixelStatistics({ train }: DataSet): { readonly mean: number; readonly std: number } {
  const counts = new Float64Array(256);
  for (const pixel of train.images) counts[pixel]++;
  const n = train.images.length;
  const mean = counts.reduce((sum, count, pixel) => sum + (count * pixel) / 255, 0) / n;
  const variance = counts.reduce((sum, count, pixel) => sum + count * (pixel / 255 - mean) ** 2, 0) / n;
  return { mean: Number(mean.toFixed(4)), std: Number(Math.sqrt(variance).toFixed(4)) };
}
