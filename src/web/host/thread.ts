/** What a thread of `base/threads` is in a browser. */

export function runThread<T>(work: (data: T, ready: () => void) => void): void {
  self.addEventListener(
    'message',
    ({ data }: MessageEvent<T>) => {
      work(data, () => self.postMessage('ready'));
      self.postMessage('ended');
      self.close();
    },
    { once: true },
  );
}
