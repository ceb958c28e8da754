import type { ToTrainer } from './messages';
import { train } from './trainer';

/** What works beside a report, which needs nobody who judges. */
self.addEventListener('message', ({ data }: MessageEvent<ToTrainer>) => train(data));
