import { choicesOf } from './choices';
import { setDropped } from './host/files';
import { judge } from './judge';
import type { FromJudge, ListRequest, JudgeRequest, ToJudge, ToTrainer } from './messages';
import { messageOf, train } from './trainer';

/** What works beside the page, which stays alive meanwhile: one of them judges, another one trains. */
self.addEventListener('message', ({ data }: MessageEvent<ToJudge | ToTrainer>) => {
  if (data.what === 'list' || data.what === 'judge')
    void answer(data).then((message) => self.postMessage(message));
  else train(data);
});

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
