import { AssayError } from '../../base/errors';
import type { Point, Run } from '../../run/run';
import type { LogFile, LogFormat, LogSource, ReadSettings } from '../format';
import { RunBuilder } from '../runBuilder';
import { addHparams } from '../settingsFile';
import { eventOf, settingsIn, type Event } from './event';
import { isRecordFile, recordsOf } from './records';

const EVENTS = /(^|\/)[^/]*\.tfevents\.[^/]*$/;

/** TensorBoard's event files. A run is a file, or a folder: what lies in a folder within it has that folder's name before its tags. */
export const tensorboard: LogFormat = {
  name: 'tensorboard',
  title: 'event files of TensorBoard, events.out.tfevents.…',
  isInFolder: (name) => EVENTS.test(name) || /(^|\/)hparams\.yaml$/.test(name),
  detects: ({ files, isFolder }) =>
    isFolder
      ? files.some(({ name }) => EVENTS.test(name))
      : EVENTS.test(files[0].name) || isRecordFile(files[0].bytes),
  read,
};

function read(source: LogSource, settings: ReadSettings): Run[] {
  const { files, path, isFolder } = source;
  if (!isFolder) return readRun(files, '', path, settings, files);
  const events = files.filter(({ name }) => EVENTS.test(name));
  return foldersOfRuns(events, '').flatMap((folder) => {
    const inside = events.filter(({ name }) => name.startsWith(folder));
    return readRun(
      inside,
      folder,
      `${path.replace(/[/\\]$/, '')}/${folder}`.replace(/\/$/, ''),
      settings,
      files,
    );
  });
}

/** Folders of one run, which tell the same metrics of several sets of data. */
const SETS: ReadonlySet<string> = new Set([
  'train',
  'training',
  'val',
  'valid',
  'validation',
  'test',
  'eval',
  'evaluation',
  'dev',
]);

/** A folder with a file of its own is that of a run; without one its folders are, but for those of sets of data. */
function foldersOfRuns(events: readonly LogFile[], folder: string): string[] {
  const inside = events.map(({ name }) => name).filter((name) => name.startsWith(folder));
  const rests = inside.map((name) => name.slice(folder.length).split('/'));
  const children = [...new Set(rests.map(([first]) => first))];
  if (rests.some((rest) => rest.length === 1) || children.every((child) => SETS.has(child.toLowerCase())))
    return [folder];
  if (folder.split('/').length > MOST_DEPTH) return [folder];
  return children.flatMap((child) => foldersOfRuns(events, `${folder}${child}/`));
}

const MOST_DEPTH = 20;

/** What was told in one folder. */
interface Curves {
  readonly byTag: Map<string, Point[]>;
  /** Tags whose values are no metrics. */
  readonly others: Set<string>;
}

function readRun(
  events: readonly LogFile[],
  folder: string,
  path: string,
  settings: ReadSettings,
  files: readonly LogFile[],
): Run[] {
  const builder = new RunBuilder(path, settings);
  addHparams(builder, files, folder);
  const opened = events
    .map((file) => ({ name: file.name, ...eventsOf(file) }))
    .sort((a, b) => a.time - b.time);
  const byFolder = new Map<string, Curves>();
  for (const { name, events, faults } of opened) {
    const inner = name.slice(folder.length).replace(/[^/]*$/, '');
    const curves = byFolder.get(inner) ?? { byTag: new Map<string, Point[]>(), others: new Set<string>() };
    byFolder.set(inner, curves);
    for (const event of events) addEvent(curves, event, builder);
    for (const fault of faults)
      builder.faultyLine(undefined, opened.length === 1 ? fault : `${name}: ${fault}`);
  }
  for (const [inner, curves] of byFolder) {
    const place = placesOf(curves);
    for (const [tag, points] of curves.byTag) {
      if (tag === 'epoch' || (tag === 'hp_metric' && points.every(({ value }) => value === -1))) continue;
      for (const point of points) builder.point(`${inner}${tag}`, place(tag, point));
    }
  }
  return builder.build({
    what: 'event files without numbers',
    expected: 'scalars, as add_scalar writes them',
    got: opened.flatMap(({ faults }) => faults)[0] ?? `${opened.length} files without any`,
  });
}

function eventsOf({ bytes }: LogFile): {
  readonly time: number;
  readonly events: readonly Event[];
  readonly faults: readonly string[];
} {
  const events: Event[] = [];
  const faults: string[] = [];
  for (const record of recordsOf(bytes)) {
    if ('fault' in record) {
      faults.push(record.fault);
      continue;
    }
    try {
      events.push(eventOf(record.data));
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      faults.push(`a record is not an event: ${error.facts.what}`);
    }
  }
  return { time: events[0]?.time ?? 0, events, faults };
}

const SCALARS = 'scalars';
const HPARAMS = 'hparams';

function addEvent({ byTag, others }: Curves, { step, values, isStart }: Event, builder: RunBuilder): void {
  // As TensorBoard does: a trainer that was resumed writes these steps again.
  if (isStart && step > 0)
    for (const points of byTag.values()) while ((points.at(-1)?.step ?? -1) >= step) points.pop();
  for (const { tag, scalar, plugin } of values) {
    if (plugin?.name === HPARAMS)
      for (const [name, text] of settingsIn(plugin.content)) builder.setting(name, text);
    if (plugin !== undefined && plugin.name !== SCALARS && plugin.name !== '') others.add(tag);
    if (scalar === undefined || others.has(tag)) continue;
    const points = byTag.get(tag);
    const point = { step, value: scalar };
    if (points === undefined) byTag.set(tag, [point]);
    else points.push(point);
  }
}

/**
 * Where a point is. Keras counts epochs in tags `epoch_…`; Lightning tells the epoch of each step as a metric; what others count, nobody
 * says: it is a step.
 */
function placesOf({ byTag }: Curves): (tag: string, point: Point) => Point {
  const epochOf = new Map<number | undefined, number | undefined>();
  for (const { step, value } of byTag.get('epoch') ?? []) {
    epochOf.set(step, epochOf.has(step) && epochOf.get(step) !== value ? undefined : value);
  }
  const isKeras = byTag.has('epoch_loss') && !byTag.has('epoch');
  return (tag, { step, value }) => {
    if (isKeras && tag.startsWith('epoch_')) return { epoch: step, value };
    const epoch = epochOf.get(step);
    return epoch === undefined || !Number.isFinite(epoch) ? { step, value } : { epoch, step, value };
  };
}
