import { runThread } from '../../base/threads';
import { KernelThread, type ThreadSetup } from './kernels';
import { BATCH_WORD, COMMAND_WORD } from './memory';

/** A helper thread: runs what the calling thread runs, until a command that does not exist tells it to end. */
runThread<ThreadSetup>((setup, ready) => {
  const thread = new KernelThread(setup);
  const control = new Int32Array(setup.memory.buffer);
  ready();
  for (;;) {
    thread.barrier();
    const command = control[COMMAND_WORD];
    if (command >= setup.commands.length) break;
    thread.run(command, control[BATCH_WORD]);
  }
});
