import type { Run } from '../run/run';
import { startOf, textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { drawnTexts } from './lines';
import { printedOf, type Printed } from './number';
import { pointAt } from './point';
import { RunBuilder } from './runBuilder';

/** What Keras prints while it fits: a line `Epoch 3/10`, below it a bar that is drawn again and again, or one line. */
export const keras: LogFormat = {
  name: 'keras',
  title: "Keras' console: Epoch 1/10, and 30/30 - 0s - loss: 0.5 below it",
  detects: (source) => !source.isFolder && isConsole(startOf(textOf(source))),
  read,
};

const EPOCH = /^\s*Epoch (\d{1,15})\/(\d{1,15})\s*$/;
const BAR = /^\s*(\d{1,15})\/(\d{1,15}|Unknown)\s/;

function isConsole(text: string): boolean {
  let isInEpoch = false;
  for (const [drawn] of drawnTexts(text)) {
    isInEpoch ||= EPOCH.test(drawn);
    if (isInEpoch && barOf(drawn) !== undefined) return true;
  }
  return false;
}

interface Bar {
  readonly done: number;
  /** Undefined where Keras does not know how many steps an epoch has. */
  readonly of: number | undefined;
  readonly numbers: readonly (readonly [name: string, number: Printed])[];
}

/** `30/30 ━━━━ 0s 2ms/step - loss: 0.5 - val_loss: 0.6`; the times in it are no numbers. */
function barOf(text: string): Bar | undefined {
  const bar = BAR.exec(text);
  if (bar === null) return undefined;
  const numbers = text.split(' - ').flatMap((part) => {
    const colon = part.lastIndexOf(': ');
    const number = colon <= 0 ? undefined : printedOf(part.slice(colon + 2));
    const name = part.slice(0, colon).trim();
    return number === undefined || /[\s:]/.test(name) ? [] : [[name, number] as const];
  });
  if (numbers.length === 0) return undefined;
  return { done: Number(bar[1]), of: bar[2] === 'Unknown' ? undefined : Number(bar[2]), numbers };
}

/**
 * An epoch's numbers are those of its last bar. While it runs they are means so far, and those of the validation come at the end. A bar
 * without `val_` that comes after it is of `model.evaluate`, and is of no epoch.
 */
function read(source: LogSource, settings: ReadSettings): Run[] {
  const builder = new RunBuilder(source.path, settings);
  let epoch: number | undefined;
  let last: { readonly bar: Bar; readonly line: number } | undefined;
  const end = (): void => {
    if (epoch === undefined || last === undefined) return;
    const { bar, line } = last;
    if (!isFull(bar))
      builder.faultyLine(line, `epoch ${epoch} has no end: its bar stands at ${bar.done} of ${bar.of}`);
    else for (const [name, number] of bar.numbers) builder.point(name, pointAt({ epoch }, number, line));
    last = undefined;
  };
  for (const [drawn, line] of drawnTexts(textOf(source))) {
    const heading = EPOCH.exec(drawn);
    if (heading !== null) {
      end();
      epoch = Number(heading[1]);
      continue;
    }
    const bar = epoch === undefined ? undefined : barOf(drawn);
    if (bar === undefined) continue;
    const isOfEpoch =
      last === undefined ||
      !isFull(last.bar) ||
      last.line === line ||
      (isValidated(bar) && bar.of === last.bar.of);
    if (isOfEpoch) last = { bar, line };
  }
  end();
  return builder.build({
    what: 'a console of Keras without the end of an epoch',
    expected: 'below Epoch 1/10 a bar that is full, with numbers such as loss: 0.5',
    got: epoch === undefined ? 'no line Epoch 1/10' : 'none',
  });
}

/** Where the number of steps is not known, the last bar is the fullest there is. */
function isFull({ done, of }: Bar): boolean {
  return of === undefined || done === of;
}

function isValidated({ numbers }: Bar): boolean {
  return numbers.some(([name]) => name.startsWith('val_'));
}
