import { readFileSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, readTextOrFail } from '../base/files';
import { US } from '../base/holder';

/** Of the file that says which process writes into the folder beside it. */
export const PID = '.pid';

interface Trainer {
  readonly pid: number;
  readonly host: string;
  /** When it was started, of which start of the machine; a later process with the same number has another. */
  readonly start: string;
}

/** Notes a process, so that it can be ended later if we are killed before. */
export function noteTrainer(path: string, pid: number): void {
  const start = startOf(pid);
  if (start === undefined) return;
  const trainer: Trainer = { pid, host: US.host, start };
  writeFileSync(path, JSON.stringify(trainer));
}

/** Ends the trainers that an earlier sweep left running when it was killed, and removes what they were writing. */
export async function clearUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return [];
    throw cause;
  });
  for (const name of names.filter((name) => name.endsWith(PID))) await end(join(folder, name));
  for (const name of names)
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
}

/** More than {@link noteTrainer} writes. */
const MOST_BYTES = 1 << 12;

async function end(path: string): Promise<void> {
  try {
    const { pid, host, start } = JSON.parse(await readTextOrFail(path, MOST_BYTES)) as Partial<Trainer>;
    if (pid === undefined || start === undefined || host !== US.host) return;
    if (Number.isSafeInteger(pid) && pid > 1 && startOf(pid) === start) process.kill(-pid, 'SIGKILL');
  } catch {
    // It was cut, or the process has just ended; each writes into a folder of its own.
  }
}

/** Undefined where there is no such process, or the system does not tell it in files, as Linux does. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : `${boot} ${fields[18]}`;
  } catch {
    return undefined;
  }
}
