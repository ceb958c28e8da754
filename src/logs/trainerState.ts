import { AssayError } from '../base/errors';
import type { Run } from '../run/run';
import {
  pathOf,
  textOfFile,
  type LogFile,
  type LogFormat,
  type LogSource,
  type ReadSettings,
} from './format';
import { endOfString, parseLooseJson } from './looseJson';
import { addRow, type Cell } from './rows';
import { RunBuilder } from './runBuilder';

const STATE = /(^|\/)trainer_state\.json$/;

/** What Hugging Face's Trainer saves: its `log_history` has an object for each moment at which it logged. */
export const trainerState: LogFormat = {
  name: 'trainer-state',
  title: "trainer_state.json of Hugging Face's Trainer, with log_history",
  isInFolder: (name) => STATE.test(name),
  detects: (source) => statesIn(source).some((file) => isState(textOfFile(file))),
  read: (source, settings) => statesIn(source).flatMap((file) => readState(file, source, settings)),
};

function isState(text: string): boolean {
  return /^\s*\{/.test(text) && text.includes('"log_history"') && text.includes('"global_step"');
}

/** Of a run's folder the one that lies highest; of those of checkpoints the last one's, which has what the others have. */
function statesIn({ files, isFolder }: LogSource): readonly LogFile[] {
  if (!isFolder) return files;
  const stepOf = ({ name }: LogFile): number => Number(CHECKPOINT.exec(name)?.[1] ?? Infinity);
  const byFolder = new Map<string, LogFile>();
  for (const file of files.filter(({ name }) => STATE.test(name))) {
    const folder = file.name.replace(CHECKPOINT, '');
    const other = byFolder.get(folder);
    if (other === undefined || stepOf(file) > stepOf(other)) byFolder.set(folder, file);
  }
  return [...byFolder.values()];
}

/** The Trainer logs how the learning rate goes, and no setting. */
export const isSettingOfTrainer = (): boolean => false;

const CHECKPOINT = /(?<=^|\/)checkpoint-(\d{1,15})\//;

function readState(file: LogFile, source: LogSource, settings: ReadSettings): Run[] {
  const path = pathOf(source, file);
  const text = textOfFile(file);
  const builder = new RunBuilder(path, settings);
  const entries = entriesOf(text);
  for (const { text, line } of entries) {
    const cells = cellsIn(text);
    if (cells === undefined) builder.faultyLine(line, 'an entry of log_history is not JSON');
    else addRow(builder, cells, line, isSettingOfTrainer);
  }
  return builder.build({
    what: 'a trainer_state.json without numbers',
    expected: 'objects in log_history, with epoch and step',
    got: `${entries.length} objects`,
  });
}

function cellsIn(entry: string): Cell[] | undefined {
  try {
    const object = parseLooseJson(entry, 'entry') as Readonly<Record<string, unknown>>;
    return Object.entries(object).flatMap(([name, value]) => {
      if (value === 'NaN' || value === 'Infinity' || value === '-Infinity')
        return [{ name, value: Number(value) }];
      return typeof value === 'number' ? [{ name, value }] : [];
    });
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

interface Entry {
  readonly text: string;
  /** 1-based, in the file. */
  readonly line: number;
}

/** The objects in the array `log_history`, each with the line where it starts: a number is to be found in the file again. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  const start = text.indexOf('[', Math.max(0, text.indexOf('"log_history"')));
  if (start < 0) return entries;
  let depth = 0;
  let from = 0;
  for (
    let at = start + 1, line = text.slice(0, start).split('\n').length, first = line;
    at < text.length;
    at++
  ) {
    const character = text[at];
    if (character === '\n') line++;
    else if (character === '"') at = endOfString(text, at);
    else if (character === '{' && depth++ === 0) [from, first] = [at, line];
    else if (character === '}' && depth > 0 && --depth === 0)
      entries.push({ text: text.slice(from, at + 1), line: first });
    else if (character === ']' && depth === 0) break;
  }
  return entries;
}
