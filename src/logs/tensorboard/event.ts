import { fieldsOf, floatOf, wireText } from './wire';

/** What is of use of an `Event` (tensorflow/core/util/event.proto). */
export interface Event {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly values: readonly Value[];
  /** A writer says that it starts, and that what is there from its step on is not valid any more. */
  readonly isStart: boolean;
}

/** A value of a summary: a scalar, the settings of the run, or neither. */
export interface Value {
  readonly tag: string;
  readonly scalar?: number;
  /** Of its metadata; often told at the first value of a tag alone. */
  readonly plugin?: { readonly name: string; readonly content: Uint8Array };
}

const EVENT = { time: 1, step: 2, summary: 5, sessionLog: 7 } as const;
const START = 1;

/** @throws AssayError `log-syntax` where the bytes are no message */
export function eventOf(bytes: Uint8Array): Event {
  let [time, step, isStart] = [0, 0, false];
  const values: Value[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.kind === 'varint') {
      if (field.number === EVENT.step) step = field.value;
    } else if (field.number === EVENT.time) time = floatOf(field.bytes) ?? 0;
    else if (field.number === EVENT.summary) {
      for (const value of fieldsOf(field.bytes))
        if (value.number === 1 && value.kind === 'bytes') values.push(valueOf(value.bytes));
    } else if (field.number === EVENT.sessionLog) {
      for (const log of fieldsOf(field.bytes))
        isStart ||= log.number === 1 && log.kind === 'varint' && log.value === START;
    }
  }
  return { time, step, values, isStart };
}

const VALUE = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 } as const;

function valueOf(bytes: Uint8Array): Value {
  let tag = '';
  let scalar: number | undefined;
  let plugin: Value['plugin'];
  for (const field of fieldsOf(bytes)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === VALUE.tag) tag = wireText(field.bytes);
    else if (field.number === VALUE.simpleValue) scalar = floatOf(field.bytes);
    else if (field.number === VALUE.tensor) scalar = scalarOf(field.bytes);
    else if (field.number === VALUE.metadata) plugin = pluginOf(field.bytes) ?? plugin;
  }
  return { tag, ...(scalar !== undefined && { scalar }), ...(plugin && { plugin }) };
}

const TENSOR = { dtype: 1, content: 4, floats: 5, doubles: 6 } as const;
const [FLOAT, DOUBLE] = [1, 2];

/** The number of a tensor that has one: in its content, or in a list of floats or doubles, packed or not. */
function scalarOf(bytes: Uint8Array): number | undefined {
  let dtype = 0;
  let content: Uint8Array = new Uint8Array();
  for (const field of fieldsOf(bytes)) {
    if (field.kind === 'varint') {
      if (field.number === TENSOR.dtype) dtype = field.value;
    } else if ([TENSOR.content, TENSOR.floats, TENSOR.doubles].some((number) => number === field.number))
      content = field.bytes;
  }
  const width = dtype === FLOAT ? 4 : dtype === DOUBLE ? 8 : undefined;
  return content.length === width ? floatOf(content) : undefined;
}

function pluginOf(metadata: Uint8Array): Value['plugin'] {
  for (const data of fieldsOf(metadata)) {
    if (data.number !== 1 || data.kind !== 'bytes') continue;
    let name = '';
    let content: Uint8Array = new Uint8Array();
    for (const field of fieldsOf(data.bytes)) {
      if (field.kind !== 'bytes') continue;
      if (field.number === 1) name = wireText(field.bytes);
      else if (field.number === 2) content = field.bytes;
    }
    return { name, content };
  }
  return undefined;
}

/** The settings in the content of the plugin `hparams` when a session starts (tensorboard/plugins/hparams/plugin_data.proto). */
export function settingsIn(content: Uint8Array): [name: string, text: string][] {
  const settings: [string, string][] = [];
  for (const data of fieldsOf(content)) {
    if (data.number !== 3 || data.kind !== 'bytes') continue;
    for (const entry of fieldsOf(data.bytes)) {
      if (entry.number !== 1 || entry.kind !== 'bytes') continue;
      const setting = settingOf(entry.bytes);
      if (setting !== undefined) settings.push(setting);
    }
  }
  return settings;
}

/** A name, and a number, a text or a truth value (google/protobuf/struct.proto). */
function settingOf(entry: Uint8Array): [string, string] | undefined {
  let name: string | undefined;
  let text: string | undefined;
  for (const field of fieldsOf(entry)) {
    if (field.kind !== 'bytes') continue;
    if (field.number === 1) name = wireText(field.bytes);
    else {
      for (const value of fieldsOf(field.bytes)) {
        if (value.kind === 'varint') text = value.number === 4 ? String(value.value === 1) : text;
        else if (value.number === 2) text = String(floatOf(value.bytes));
        else if (value.number === 3) text = wireText(value.bytes);
      }
    }
  }
  return name === undefined || text === undefined ? undefined : [name, text];
}
