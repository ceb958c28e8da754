import { AssayError } from '../base/errors';
import { choicesOf } from './choices';
import { setDropped } from './host/files';
import { judge } from './judge';
import type {
  FromJudge,
  FromTrainer,
  ListRequest,
  JudgeRequest,
  ToJudge,
  ToTrainer,
  TrainRequest,
} from './messages';
import { trainAgain } from './train';

/** What works beside the page, which stays alive meanwhile: one of them judges, another one trains. */
self.addEventListener('message', ({ data }: MessageEvent<ToJudge | ToTrainer>) => {
  if (data.what === 'list' || data.what === 'judge')
    void answer(data).then((message) => self.postMessage(message));
  else if (data.what === 'train') void train(data);
  else if (data.what === 'pause') pause ??= new Pause();
  else {
    pause?.end();
    pause = undefined;
  }
});

let pause: Pause | undefined;

class Pause {
  end!: () => void;
  readonly ended = new Promise<void>((resolve) => (this.end = resolve));
}

async function answer(request: ListRequest | JudgeRequest): Promise<FromJudge> {
  if (request.what === 'list') return { what: 'listed', choices: await choicesOf([], []) };
  const { files } = request;
  setDropped(files);
  try {
    return await judge(request);
  } catch (error) {
    return { what: 'failed', message: messageOf(error), choices: await choicesOf(files, []) };
  }
}

async function train(request: TrainRequest): Promise<void> {
  const say = (message: FromTrainer): void => self.postMessage(message);
  try {
    await trainAgain(request, say, async () => pause?.ended);
  } catch (error) {
    say({ what: 'failed', message: messageOf(error) });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AssayError) return error.message;
  return `a bug in assay: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
