import type { Crew } from '../plan/engine';
import { type Command, GROUP, type Program } from '../plan/plan';
import type { Addon } from './addon';
import { encode, encodeScratch } from './encode';

/** Threads of the addon's own that run a program's kernels, of vectors of `vectorWidth` floats. */
export class NativeCrew implements Crew {
  readonly memory: ArrayBuffer;
  private readonly crew: unknown;
  private readonly commands: readonly Command[];

  /**
   * @param isTimed whether `spentMs` is to tell where the time goes
   * @throws Error when a call of the program could leave its memory: our bug
   */
  constructor(
    private readonly addon: Addon,
    readonly vectorWidth: number,
    private readonly program: Program,
    isTimed = false,
  ) {
    const { plan, scratch, maxBatch, bytes } = program;
    const { names, code } = encode(plan);
    this.commands = Object.keys(plan) as Command[];
    [this.crew, this.memory] = addon.create(
      ...([vectorWidth, maxBatch, GROUP, bytes, scratch.length] as const),
      ...([encodeScratch(scratch), names, code, isTimed] as const),
    );
  }

  get threads(): number {
    return this.program.scratch.length;
  }

  run(command: Command, n: number): void {
    this.addon.run(this.crew, this.commands.indexOf(command), n);
  }

  /** Milliseconds that the calling thread spent on each call of each command in turn, and waiting for others. */
  spentMs(): number[] {
    return this.addon.spent(this.crew);
  }

  async end(): Promise<void> {
    this.addon.close(this.crew);
  }
}
