import { setImmediate } from 'node:timers/promises';

/** Lets signals, timers and messages have their turn. */
export function nextTurn(): Promise<void> {
  return setImmediate();
}
