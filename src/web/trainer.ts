import { AssayError } from '../base/errors';
import type { FromTrainer, ToTrainer, TrainRequest } from './messages';
import { trainAgain } from './train';

/** The worker that trains, and waits where it is told to. */
export function train(message: ToTrainer): void {
  if (message.what === 'train') void answer(message);
  else if (message.what === 'pause') pause ??= new Pause();
  else {
    pause?.end();
    pause = undefined;
  }
}

let pause: Pause | undefined;

class Pause {
  end!: () => void;
  readonly ended = new Promise<void>((resolve) => (this.end = resolve));
}

async function answer(request: TrainRequest): Promise<void> {
  const say = (message: FromTrainer): void => self.postMessage(message);
  try {
    await trainAgain(request, say, async () => pause?.ended);
  } catch (error) {
    say({ what: 'failed', message: messageOf(error) });
  }
}

/** For the user: what is wrong with what was given, or where assay is wrong. */
export function messageOf(error: unknown): string {
  if (error instanceof AssayError) return error.message;
  return `a bug in assay: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
