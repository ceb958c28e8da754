import { claimTask } from './threads';

/**
 * Weights as the tile reads them: from [outputs][rows][rowStride] to [outputs / 8][rows · rowLength][8], the outputs
 * that fill up the last eight being 0. A task is one panel of eight outputs.
 *
 * @param rowLength floats of a row that are weights
 * @param rowStride floats from a row to the next
 */
export function packWeights(
  weight: usize,
  packed: usize,
  outputs: i32,
  rows: i32,
  rowLength: i32,
  rowStride: i32,
): void {
  const panels = (outputs + 7) >> 3;
  const outputBytes = (rows * rowStride) << 2;
  for (let panel = claimTask(); panel < panels; panel = claimTask()) {
    let to = packed + ((panel * rows * rowLength) << 5);
    const from = weight + panel * 8 * outputBytes;
    const present = min(8, outputs - panel * 8);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < rowLength; k++) {
        let source = from + ((row * rowStride + k) << 2);
        for (let lane = 0; lane < 8; lane++) {
          store<f32>(to, lane < present ? load<f32>(source) : 0);
          source += outputBytes;
          to += 4;
        }
      }
    }
  }
}
