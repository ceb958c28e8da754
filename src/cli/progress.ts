import type { SingleBar } from 'cli-progress';
import { printable } from '../base/printable';
import { unguarded } from './door';

export interface ProgressState {
  /** What is going on; another phase is another bar. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly detail?: string;
}

/** A progress bar on stderr when that is a terminal, and nothing otherwise; lines to stdout go past it. */
export class Progress {
  private last: ProgressState | undefined;
  private phaseStart = 0;
  /** What was done before the phase began here. */
  private doneBefore = 0;

  private constructor(private readonly bar: SingleBar | undefined) {}

  static async create(): Promise<Progress> {
    if (!process.stderr.isTTY) return new Progress(undefined);
    const { Presets, SingleBar } = await import('cli-progress');
    const format = '{phase} {bar} {percentage}%{timeLeft}{detail}';
    // Signals are handled in stop.ts.
    const options = {
      format,
      stream: unguarded(process.stderr),
      barsize: 24,
      clearOnComplete: true,
      gracefulExit: false,
    };
    return new Progress(new SingleBar(options, Presets.shades_classic));
  }

  show(state: ProgressState): void {
    if (state.phase === this.last?.phase) this.bar?.update(state.done, this.payload(state));
    else {
      this.phaseStart = performance.now();
      this.doneBefore = state.done;
      this.restart(state);
    }
    this.last = state;
  }

  /** Takes the bar away while something is printed to stdout, which may be the same terminal. */
  makeWay(print: () => void): void {
    this.bar?.stop();
    print();
    if (this.last !== undefined) this.restart(this.last);
  }

  stop(): void {
    this.bar?.stop();
    this.last = undefined;
  }

  private restart(state: ProgressState): void {
    this.bar?.stop();
    this.bar?.start(state.total, state.done, this.payload(state));
  }

  private payload({ phase, done, total, detail }: ProgressState): Record<string, string> {
    const elapsedMs = performance.now() - this.phaseStart;
    const doneHere = done - this.doneBefore;
    const secondsLeft = Math.ceil(((elapsedMs / doneHere) * (total - done)) / 1000);
    const timeLeft = doneHere > 0 && elapsedMs > 1000 ? `, ${secondsLeft} s left` : '';
    return {
      phase: printable(phase),
      timeLeft,
      detail: detail === undefined ? '' : `, ${printable(detail)}`,
    };
  }
}
