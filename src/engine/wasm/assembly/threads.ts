/**
 * How threads share work. Every thread runs the same regions of kernel calls on the same memory (see
 * src/engine/plan/plan.ts). In a region, threads claim tasks one by one; a task computes whole outputs, each by its own
 * sequential chain, so neither the number of threads nor who claims what can change a bit. A barrier ends every region.
 *
 * The control block, one cache line per word, is at the start of memory; src/engine/plan/memory.ts knows it too.
 */
const GENERATION: usize = 0; // number of barriers passed
const ARRIVED: usize = 64; // threads waiting at the barrier
const SLEEPING: usize = 128; // of these, those that no longer spin
const NEXT_TASK: usize = 192; // the region's next unclaimed task
const BATCH: usize = 256; // n: samples in the current batch

/** Loads of GENERATION before a thread goes to sleep: about a tenth of a millisecond. */
const SPINS: i32 = 40_000;

/** Samples in the current batch. */
export function batchSize(): i32 {
  return load<i32>(BATCH);
}

/** The region's next task for the calling thread; the region is done when it is not below its number of tasks. */
export function claimTask(): i32 {
  return atomic.add<i32>(NEXT_TASK, 1);
}

/** Returns when all `threads` threads have called it, and makes the next region's tasks claimable. */
export function barrier(threads: i32): void {
  const generation = atomic.load<i32>(GENERATION);
  if (atomic.add<i32>(ARRIVED, 1) + 1 == threads) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.store<i32>(NEXT_TASK, 0);
    atomic.store<i32>(GENERATION, generation + 1);
    if (atomic.load<i32>(SLEEPING) > 0) atomic.notify(GENERATION, threads);
    return;
  }
  for (let i = 0; i < SPINS; i++) {
    if (atomic.load<i32>(GENERATION) != generation) return;
  }
  atomic.add<i32>(SLEEPING, 1);
  while (atomic.load<i32>(GENERATION) == generation) atomic.wait<i32>(GENERATION, generation, -1);
  atomic.sub<i32>(SLEEPING, 1);
}
