import type { Run } from '../run/run';
import { startOf, textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { drawnTexts, linesOf, withoutControls } from './lines';
import { printedOf, type Printed } from './number';
import { pointAt } from './point';
import { RunBuilder } from './runBuilder';

/**
 * What Lightning prints: a bar of tqdm or of rich, and a table of the test. While an epoch runs the bar shows some numbers of the epoch
 * before. So an epoch's numbers are those that the bar has when the next one begins, and of the last one those at its end.
 */
export const lightning: LogFormat = {
  name: 'lightning',
  title: "Lightning's console: Epoch 0: 100%|…| 30/30 […, loss=0.5], rich's bar, or the table of a test",
  detects: (source) => !source.isFolder && isConsole(startOf(textOf(source))),
  read,
};

function isConsole(text: string): boolean {
  if (!/Epoch |DataLoader 0/.test(text)) return false;
  for (const [line] of linesOf(text)) {
    for (const drawn of withoutControls(line).split('\r'))
      if (isBar(drawn) || isHeadOfTable(drawn)) return true;
  }
  return false;
}

function isBar(text: string): boolean {
  if (/^\s*Epoch \d{1,15}: +\d{1,3}%\|/.test(text)) return true;
  return /^\s*Epoch \d{1,15}\/\d{1,15} /.test(text) && text.includes(' • ');
}

/** `┃ Test metric ┃ DataLoader 0 ┃` */
function isHeadOfTable(text: string): boolean {
  return /^\W*(Test|Validate) metric/.test(text) && text.includes('DataLoader 0');
}

interface Bar {
  readonly epoch: number;
  readonly isRich: boolean;
  /** It is the last one that was asked for; rich tells it. */
  readonly isLast: boolean;
  readonly done: number;
  readonly of: number;
  /** Undefined where the end of the terminal's line cuts them. */
  readonly numbers: readonly (readonly [name: string, number: Printed])[] | undefined;
  readonly line: number;
}

function read(source: LogSource, settings: ReadSettings): Run[] {
  const text = textOf(source);
  const builder = new RunBuilder(source.path, settings);
  let last: Bar | undefined;
  let cut = 0;
  let written = -1;
  const write = (epoch: number, { numbers, line }: Bar): void => {
    if (epoch <= written) return;
    written = epoch;
    if (numbers === undefined) {
      if (cut++ === 0)
        builder.faultyLine(line, "the bar is cut at the terminal's width: its numbers are left out");
    } else for (const [name, number] of numbers) builder.point(name, pointAt({ epoch }, number, line));
  };
  for (const part of partsOf(text)) {
    if (part.kind === 'seed') builder.setting('seed', part.seed, part.line);
    else if (part.kind === 'bar') {
      const { bar } = part;
      const isNext =
        last !== undefined && (bar.epoch === last.epoch + 1 || (bar.epoch === last.epoch && isFull(last)));
      if (last !== undefined && isNext && bar.done === 0) write(last.epoch, bar);
      else if (last !== undefined && bar.epoch < last.epoch) written = Math.min(written, bar.epoch - 1);
      last = bar;
    } else if (part.kind === 'end') {
      if (last !== undefined && isFull(last) && (part.isOfFit || last.isLast)) write(last.epoch, last);
    } else {
      endOfFit();
      builder.point(part.name, pointAt({}, part.number, part.line));
    }
  }
  endOfFit();
  return builder.build({
    what: 'a console of Lightning without numbers of epochs',
    expected: 'bars such as Epoch 0: 100%|…| 30/30 […, val_loss=0.458], followed by the next epoch',
    got: cut > 0 ? "bars that are cut at the terminal's width" : 'none',
    hint: 'CSVLogger, or a console that is sent to a file, has whole lines',
  });

  /** A run that was ended from outside leaves its last epoch open, perhaps with numbers of the one before. */
  function endOfFit(): void {
    if (last === undefined) return;
    const { epoch, done, of, line } = last;
    if (epoch > written && done > 0)
      builder.faultyLine(line, `epoch ${epoch} has no end: its bar stands at ${done} of ${of}`);
    last = undefined;
  }
}

type Part =
  | { readonly kind: 'bar'; readonly bar: Bar }
  /** The fit is over, or whatever rich drew bars for. */
  | { readonly kind: 'end'; readonly isOfFit: boolean }
  | { readonly kind: 'seed'; readonly seed: string; readonly line: number }
  /** A line of the table of a test. */
  | { readonly kind: 'result'; readonly name: string; readonly number: Printed; readonly line: number };

const RICH =
  /^Epoch (\d{1,15})\/(\d{1,15}) [^\d]{0,400}(\d{1,15})\/(\d{1,15}) [\d:]{1,20} • [-\d:]{1,20} [^\s]{1,40}it\/s(.*)$/s;
const TQDM = /^Epoch (\d{1,15}): +\d{1,3}%\|[^|]*\| (\d{1,15})\/(\d{1,15}) \[([^\]]*)(\]?)/;
const RESULT = /^[\s│┃|]*([^\s│┃|]+)[\s│┃|]+([^\s│┃|]+)[\s│┃|]*$/;

function* partsOf(text: string): Generator<Part> {
  let isInTable = false;
  for (const [frame, line] of framesOf(text)) {
    if (frame === END_OF_DRAWING) yield { kind: 'end', isOfFit: false };
    const seed = /^\[?(?:.{0,80}\] ?)?(?:Global seed|Seed) set to (\d{1,15})\s*$/.exec(frame)?.[1];
    if (seed !== undefined) yield { kind: 'seed', seed, line };
    const bar = barOf(frame, line);
    if (bar !== undefined) {
      isInTable = false;
      yield { kind: 'bar', bar };
    }
    // Rich draws the bar once more behind it.
    if (bar?.isRich !== true && frame.includes('`Trainer.fit` stopped')) yield { kind: 'end', isOfFit: true };
    if (isHeadOfTable(frame)) {
      isInTable = true;
      yield { kind: 'end', isOfFit: true };
      continue;
    }
    const [, name, value] = (isInTable ? RESULT.exec(frame) : null) ?? [];
    const number = name === undefined ? undefined : printedOf(value);
    if (number !== undefined) yield { kind: 'result', name, number, line };
  }
}

const ESCAPE = String.fromCharCode(27);
const FRAME = new RegExp(`${ESCAPE}\\[2K`);
/** The cursor is shown again. */
const END_OF_DRAWING = `${ESCAPE}[?25h`;

/**
 * What is drawn at one time, in the order of drawing. Rich clears a line before it draws, and breaks a long bar over several: they are one
 * text here.
 */
function* framesOf(text: string): Generator<readonly [frame: string, line: number]> {
  if (!text.includes(`${ESCAPE}[2K`)) {
    yield* drawnTexts(text);
    return;
  }
  let line = 1;
  for (const frame of text.split(FRAME)) {
    if (withoutControls(frame).trimStart().startsWith('Epoch ')) {
      yield [withoutControls(frame).trim(), line];
      if (frame.includes(END_OF_DRAWING)) yield [END_OF_DRAWING, line];
    } else for (const [drawn, number] of drawnTexts(frame)) yield [drawn, line + number - 1];
    for (let at = frame.indexOf('\n'); at >= 0; at = frame.indexOf('\n', at + 1)) line++;
  }
}

function barOf(frame: string, line: number): Bar | undefined {
  const tqdm = TQDM.exec(frame);
  if (tqdm !== null) {
    const [, epoch, done, of, inside, close] = tqdm;
    const pairs = inside.split(', ').flatMap((part) => pairOf(part, '='));
    return {
      ...numbered({ epoch, done, of }),
      isRich: false,
      isLast: false,
      numbers: close === '' ? undefined : pairs,
      line,
    };
  }
  const rich = RICH.exec(frame);
  if (rich === null) return undefined;
  const [, epoch, lastEpoch, done, of, rest] = rich;
  const words = rest.split(/\s+/).filter((word) => word !== '');
  const pairs = words.flatMap((word, i) =>
    i % 2 === 0 ? pairOf(`${word} ${words[i + 1] ?? ''}`, ': ') : [],
  );
  const isWhole = words.length % 2 === 0 && pairs.length >= words.length / 2 - 1;
  return {
    ...numbered({ epoch, done, of }),
    isRich: true,
    isLast: epoch === lastEpoch,
    numbers: isWhole ? pairs : undefined,
    line,
  };
}

function numbered({
  epoch,
  done,
  of,
}: Readonly<Record<'epoch' | 'done' | 'of', string>>): Pick<Bar, 'epoch' | 'done' | 'of'> {
  return { epoch: Number(epoch), done: Number(done), of: Number(of) };
}

/** The version of the logger's folder is no metric. */
function pairOf(text: string, mark: string): (readonly [string, Printed])[] {
  const at = text.indexOf(mark);
  const name = text.slice(0, at).trim();
  const number = at <= 0 ? undefined : printedOf(text.slice(at + mark.length));
  return number === undefined || name === 'v_num' ? [] : [[name, number]];
}

function isFull({ done, of }: Bar): boolean {
  return done === of;
}
