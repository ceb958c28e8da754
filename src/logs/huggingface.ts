import type { Run } from '../run/run';
import { startOf, textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { drawnTexts } from './lines';
import { decimalsOf, numberOf } from './number';
import { addRow, sayPlace, type Cell } from './rows';
import { RunBuilder } from './runBuilder';
import { isSettingOfTrainer } from './trainerState';

/** What Hugging Face's Trainer prints: Python's dicts, of numbers (version 4) or of texts (version 5), among bars that are drawn again. */
export const huggingface: LogFormat = {
  name: 'huggingface',
  title: "Python's dicts with an epoch or a step, as Hugging Face's Trainer prints them",
  detects: (source) => !source.isFolder && hasDicts(startOf(textOf(source))),
  read,
};

function hasDicts(text: string): boolean {
  if (!text.includes("{'")) return false;
  for (const [drawn] of drawnTexts(text)) {
    for (const dict of dictsIn(drawn))
      if (dict !== 'cut' && sayPlace(dict.map(({ name }) => name))) return true;
  }
  return false;
}

function read(source: LogSource, settings: ReadSettings): Run[] {
  const builder = new RunBuilder(source.path, settings);
  let dicts = 0;
  for (const [drawn, line] of drawnTexts(textOf(source))) {
    for (const dict of dictsIn(drawn)) {
      dicts++;
      if (dict === 'cut') builder.faultyLine(line, 'a dict that has no end');
      else addRow(builder, dict, line, isSettingOfTrainer);
    }
  }
  return builder.build({
    what: "Python's dicts without numbers of a training",
    expected: "dicts such as {'loss': 0.5, 'epoch': 1.0}, with epoch or step",
    got: `${dicts} dicts`,
  });
}

const LONGEST = 200;
/** A name and a number or text of a dict, and whether it goes on. */
const PAIR = new RegExp(
  `\\s{0,9}'([^'\\\\]{1,${LONGEST}})':\\s{0,9}(?:'([^'\\\\]{0,${LONGEST}})'|([^\\s,{}'"\\[\\]]{1,${LONGEST}}))\\s{0,9}([,}])`,
  'y',
);

/** Those in a line of which every value is a number or a text; `cut` for one that the end of the line cuts. */
function* dictsIn(text: string): Generator<Cell[] | 'cut'> {
  for (let at = text.indexOf("{'"); at >= 0; at = text.indexOf("{'", at)) {
    PAIR.lastIndex = ++at;
    const cells: Cell[] = [];
    for (let pair = PAIR.exec(text); pair !== null; pair = PAIR.exec(text)) {
      const [, name, quoted, bare, mark] = pair;
      at = PAIR.lastIndex;
      if (quoted !== undefined) cells.push({ name, value: quoted, ...decimalsAs4g(quoted) });
      else if (numberOf(bare) !== undefined) cells.push({ name, value: bare });
      if (mark === ',') continue;
      yield cells;
      cells.length = 0;
      break;
    }
    const isCut = cells.length > 0 && text.length - at < LONGEST && !text.includes('}', at);
    if (isCut) yield 'cut';
  }
}

/** Version 5 prints `f'{value:.4g}'`: four digits, of which zeros at the end are not shown. */
function decimalsAs4g(text: string): Pick<Cell, 'decimals'> {
  const value = numberOf(text);
  if (value === undefined || !Number.isFinite(value) || value === 0) return {};
  const exponent = Number(value.toExponential().split('e')[1]);
  return { decimals: Math.max(decimalsOf(text), 3 - exponent) };
}
