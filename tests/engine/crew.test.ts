import { Arena } from '../../src/engine/plan/memory';
import type { Plan, Program } from '../../src/engine/plan/plan';
import { WasmCrew } from '../../src/engine/wasm/crew';

const OUTSIDE = 0x7fff0000; // of every memory that is made here
const THREADS = 3;

test('a kernel that traps in any thread ends the command with an error, and no thread waits for ever', async () => {
  const tasks = { fixed: 1, perSample: 0, perGroup: 0 }; // one thread gets it, whichever is first
  const region = (address: number): Plan['train'] => [{ tasks, calls: [['relu', address, 16]] }];
  const arena = new Arena();
  const address = arena.allocate(1024);
  const plan: Plan = {
    ...{ train: [...region(address), ...region(OUTSIDE), ...region(address)], evaluate: region(address) },
    ...{ backward: [], backwardEvaluated: [], step: [], pack: [] },
  };
  const scratch = Array.from({ length: THREADS }, () => [{ address, bytes: 0 }]);
  const program = { plan, bytes: arena.bytes, scratch } as unknown as Program;
  for (let i = 0; i < 20; i++) {
    const crew = await WasmCrew.start(program);
    crew.run('evaluate', 1);
    expect(() => crew.run('train', 1)).toThrow("a kernel of 'train' trapped");
    await crew.end();
  }
});
