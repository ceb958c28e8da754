import type { GenericFormatter, SingleBar } from 'cli-progress';
import { printable } from '../base/printable';
import { unguarded } from './door';
import { columnsOf, DEFAULT_COLUMNS } from './text';

export interface ProgressState {
  /** What is going on; another phase is another bar. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly detail?: string;
}

/** What stands beside the bar. */
interface Texts {
  readonly phase: string;
  readonly timeLeft: string;
  readonly detail: string;
}

const LONGEST_BAR = 24;
const SHORTEST_BAR = 8;

/**
 * The line of a bar, in less than the columns of the terminal: where it is narrow, the bar is shorter, and the detail is left out, then the
 * time.
 *
 * @param share of what is done, from 0 to 1
 */
export function barLine(share: number, { phase, timeLeft, detail }: Texts, columns: number): string {
  const percentage = `${Math.floor(100 * share)}%`.padStart(5);
  const lineOf = (bar: number, texts: string): string => {
    const done = Math.round(share * bar);
    return `${phase} ${'█'.repeat(done)}${'░'.repeat(bar - done)}${percentage}${texts}`;
  };
  for (const texts of [timeLeft + detail, timeLeft, '']) {
    const room = columns - 1 - lineOf(0, texts).length;
    if (room >= SHORTEST_BAR) return lineOf(Math.min(room, LONGEST_BAR), texts);
  }
  return `${phase}${percentage}`.slice(0, columns - 1);
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
    const { SingleBar } = await import('cli-progress');
    const format: GenericFormatter = (_, { progress }, payload: Texts) =>
      barLine(progress, payload, columnsOf(process.stderr) ?? DEFAULT_COLUMNS);
    // Signals are handled in stop.ts.
    const options = { format, stream: unguarded(process.stderr), clearOnComplete: true, gracefulExit: false };
    return new Progress(new SingleBar(options));
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

  private payload({ phase, done, total, detail }: ProgressState): Texts {
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
