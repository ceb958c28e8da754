import { setChainSum } from './accumulate';
import { setListScratch } from './collect';
import { setConv2dScratch } from './conv2d';
import { setDistinctScratch } from './distinct';
import { setSampleSumsScratch } from './sampleSums';

/** Tells a thread where its own working memory is; src/engine/plan/scratch.ts lays it out, and names it in the same order. */
export function setScratch(
  rowLists: usize,
  rowStarts: usize,
  patch: usize,
  chainSum: usize,
  distinctLists: usize,
  distinctStarts: usize,
  distinctSources: usize,
  buckets: usize,
  numbers: usize,
  tapSums: usize,
  output: usize,
  rowSums: usize,
  channelLists: usize,
): void {
  setListScratch(rowLists, rowStarts, patch, channelLists);
  setChainSum(chainSum);
  setDistinctScratch(distinctLists, distinctStarts, distinctSources, buckets, numbers);
  setConv2dScratch(tapSums, output);
  setSampleSumsScratch(chainSum);
}
