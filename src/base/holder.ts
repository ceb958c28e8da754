import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A process, as what it leaves behind says: which of which machine. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from one before it that had the same number: in a container that is started again, all have. */
  readonly start: string;
}

export const US: Holder = { pid: process.pid, host: hostname(), start: randomBytes(4).toString('hex') };

/** Whether it was a process of this machine, and is none any more. */
export function isGone({ pid, host, start }: Holder): boolean {
  if (host !== US.host) return false;
  return pid === US.pid ? start !== US.start : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'; // EPERM: another user's
  }
}
