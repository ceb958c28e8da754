import { AssayError } from '../../base/errors';
import type { Conditions } from '../../run/run';
import type { Condition } from '../../study/types';
import { headingOf } from '../heading';
import { Scanner } from './scanner';

/**
 * Reading of logs that other trainers and terminals left: with CRLF, a byte order mark, colours, progress bars, timestamps before a
 * line, other decimals, several runs in one file. The lines that count are those of the report; whatever else stands between is noise.
 */

/** A number as it was printed: it stands for every number that is rounded to it. */
export interface PrintedNumber {
  readonly value: number;
  readonly decimals: number;
}

export interface LenientTrainLine {
  readonly kind: 'train';
  /** In the file, 1-based. */
  readonly line: number;
  readonly epoch: number;
  readonly seen: number;
  readonly total: number;
  readonly percent: PrintedNumber;
  readonly loss: PrintedNumber;
}

export interface LenientTestLine {
  readonly kind: 'test';
  readonly line: number;
  readonly testLoss: PrintedNumber;
  readonly correctCount: number;
  readonly testCount: number;
  readonly accuracy: PrintedNumber;
}

/** One run of a file: its lines in their order, right or not. */
export interface LenientRun {
  readonly firstLine: number;
  /** What a heading such as `## LR = 0.001` above the run says. */
  readonly conditions: Conditions;
  /** What `Loading … dataset...` says, and where. */
  readonly dataSet?: string;
  readonly dataSetLine?: number;
  /** The modules that are printed below `Model architecture:`, without the blanks around them. */
  readonly modules?: readonly PrintedModule[];
  readonly lines: readonly (LenientTrainLine | LenientTestLine)[];
  readonly finalAccuracy?: PrintedNumber & { readonly line: number };
  /** Lines that start as the report's do and go on otherwise. */
  readonly faults: readonly LineFault[];
}

/** `(conv1): Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))` */
export interface PrintedModule {
  readonly line: number;
  readonly text: string;
}

export interface LineFault {
  readonly line: number;
  readonly message: string;
}

/**
 * The runs in a text.
 *
 * @param where names the text in messages: usually its path
 * @param conditions that headings may name
 * @throws AssayError `log-syntax` when there is no line of a training run in it.
 */
export function readLenientLog(text: string, where: string, conditions: readonly Condition[]): LenientRun[] {
  const reader = new LenientReader(where, conditions);
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    // After a carriage return a terminal writes over the line: a progress bar, then what was printed.
    for (const part of line.replace(TERMINAL_CODE, '').split('\r')) reader.read(part, index + 1);
  }
  const runs = reader.finish();
  if (runs.length > 0) return runs;
  throw new AssayError('log-syntax', {
    what: 'not a log of a training run',
    where,
    expected: `lines that start with '${TRAIN}' and '${TEST}'`,
    got: 'none',
  });
}

/** ESC, then a colour or a movement of the cursor. */
const TERMINAL_CODE = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, 'g');

export const TRAIN = 'Train Epoch: ';
export const TEST = 'Test set: ';
const FINAL = 'Final Test Accuracy: ';
const ARCHITECTURE = 'Model architecture:';

type Draft = { -readonly [K in keyof LenientRun]: LenientRun[K] } & {
  readonly lines: (LenientTrainLine | LenientTestLine)[];
  readonly faults: LineFault[];
  modules?: PrintedModule[];
};

class LenientReader {
  private readonly runs: Draft[] = [];
  private current: Draft = newRun(1);
  /** Whether the lines that follow are those of a printed model. */
  private isInModel = false;
  /** Whether the current run has a test. */
  private hasTest = false;

  constructor(
    private readonly where: string,
    private readonly conditions: readonly Condition[],
  ) {}

  read(text: string, line: number): void {
    if (this.isInModel && this.module(text, line)) return;
    const heading = headingOf(text, this.conditions);
    const dataSet = dataSetIn(text);
    if (heading?.isOfRun) this.startRun(line, heading.conditions);
    else if (text.includes('Using device: ')) {
      if (this.current.lines.length > 0) this.startRun(line);
    } else if (dataSet !== undefined) this.dataSet(dataSet, line);
    else if (text.includes(ARCHITECTURE)) this.model(line);
    else if (/(^|\s)\w+\($/.test(text.trimEnd()) && this.current.modules === undefined) this.model(line);
    else if (text.includes(TRAIN)) this.parse(text, TRAIN, line, (scanner) => this.train(scanner));
    else if (text.includes(TEST)) {
      this.parse(text, TEST, line, (scanner) => {
        this.current.lines.push(testLine(scanner));
        this.hasTest = true;
      });
    } else if (text.includes(FINAL)) {
      this.parse(text, FINAL, line, (scanner) => {
        if (this.current.finalAccuracy !== undefined) this.contradiction(line, 'another final accuracy');
        this.current.finalAccuracy = finalAccuracy(scanner);
      });
    }
  }

  private dataSet(dataSet: string, line: number): void {
    const { dataSet: before } = this.current;
    if (before !== undefined && before !== dataSet)
      this.contradiction(line, `another data set than ${before}`);
    Object.assign(this.current, { dataSet, dataSetLine: line });
  }

  private model(line: number): void {
    if ((this.current.modules ?? []).length > 0) this.contradiction(line, 'another model');
    this.isInModel = true;
    this.current.modules ??= [];
  }

  /** A run says each thing once. */
  private contradiction(line: number, what: string): void {
    this.current.faults.push({ line, message: `${what} in one run` });
  }

  /** Reads a line of a printed model, `(module): …`, up to the first training line; false when it is none, as noise may stand between. */
  private module(text: string, line: number): boolean {
    if (text.includes(TRAIN)) this.isInModel = false;
    const module = /\(\w+\): [A-Z]\w*\(.*\)\s*$/.exec(text);
    if (module === null || !this.isInModel) return false;
    this.current.modules?.push({ line, text: module[0].trim() });
    return true;
  }

  finish(): LenientRun[] {
    this.startRun(0);
    return this.runs;
  }

  private startRun(line: number, conditions?: Conditions): void {
    if (this.current.lines.length + this.current.faults.length > 0) this.runs.push(this.current);
    this.current = newRun(line, conditions);
    this.isInModel = false;
    this.hasTest = false;
  }

  private train(scanner: Scanner): void {
    const parsed = trainLine(scanner);
    const { lines } = this.current;
    const startedAnew = parsed.epoch === 1 && parsed.seen === 0;
    // Epochs out of order are a fault of one run, not the start of another.
    const isWhole = this.hasTest && lines[0].kind === 'train' && lines[0].epoch === 1;
    if (startedAnew && isWhole) this.startRun(parsed.line);
    this.current.lines.push(parsed);
  }

  /** What stands before `marker` is a timestamp, a level, or a progress bar. */
  private parse(text: string, marker: string, line: number, read: (scanner: Scanner) => unknown): void {
    const scanner = new Scanner(text.trimEnd(), line, this.where, text.indexOf(marker));
    try {
      scanner.literal(marker);
      read(scanner);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      const { where = '', expected, got } = error.facts;
      const column = where.slice(where.lastIndexOf(', ') + 2);
      this.current.faults.push({ line, message: `${column}: expected ${expected}, got ${got}` });
    }
  }
}

/** What stands between `Loading ` and ` dataset...`. */
function dataSetIn(text: string): string | undefined {
  const end = text.indexOf(' dataset...');
  const start = end < 0 ? -1 : text.lastIndexOf('Loading ', end);
  const name = start < 0 ? '' : text.slice(start + 'Loading '.length, end);
  return name === '' ? undefined : name;
}

function newRun(firstLine: number, conditions: Conditions = {}): Draft {
  return { firstLine, conditions, lines: [], faults: [] };
}

function trainLine(scanner: Scanner): LenientTrainLine {
  const epoch = scanner.integer();
  scanner.literal(' [');
  const seen = scanner.integer();
  scanner.literal('/');
  const total = scanner.integer();
  scanner.literal(' (');
  const percent = scanner.printed();
  scanner.literal('%)]');
  scanner.blanks();
  scanner.literal('Loss: ');
  const loss = scanner.printed();
  scanner.end();
  return { kind: 'train', line: scanner.line, epoch, seen, total, percent, loss };
}

function testLine(scanner: Scanner): LenientTestLine {
  scanner.literal('Average loss: ');
  const testLoss = scanner.printed();
  scanner.literal(', Accuracy: ');
  const correctCount = scanner.integer();
  scanner.literal('/');
  const testCount = scanner.integer();
  scanner.literal(' (');
  const accuracy = scanner.printed();
  scanner.literal('%)');
  scanner.end();
  return { kind: 'test', line: scanner.line, testLoss, correctCount, testCount, accuracy };
}

function finalAccuracy(scanner: Scanner): PrintedNumber & { line: number } {
  const accuracy = scanner.printed();
  scanner.literal('%');
  scanner.end();
  return { ...accuracy, line: scanner.line };
}
