import threadCode from 'thread-code';

/** What starting a thread of `base/threads` is in a browser: a worker of the worker that trains. */

export interface Thread {
  ended(): Promise<void>;
}

/** @param _script there is only one, which was built into the page */
export async function startThread(_script: string, data: object): Promise<Thread> {
  const url = URL.createObjectURL(new Blob([threadCode], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => reject(new Error(`a thread failed: ${message}`)));
  });
  const says = (word: string): Promise<void> =>
    new Promise((resolve) => {
      worker.addEventListener('message', ({ data }) => {
        if (data === word) resolve();
      });
    });
  const ended = says('ended');
  const ready = says('ready');
  worker.postMessage(data);
  await Promise.race([ready, failed]);
  URL.revokeObjectURL(url);
  return { ended: () => ended };
}
