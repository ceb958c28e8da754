import { schemaOf } from '../base/schema';

/**
 * What a training came by, as hashes, recorded from somebody else's program: `trace.json`, which `fixtures/repdl/record.py` writes. With it,
 * a training that should have the same bits can be told where it leaves.
 */
export interface Trace {
  /** Whose training it is. */
  readonly of: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly initialWeightsSha256: string;
  /** After each step, the first one first. */
  readonly steps: readonly { readonly loss: number; readonly weightsSha256: string }[];
  /** For some steps, by their numbers from 1: digests by the tensors' names, which are those of `tensorsOfStep`. */
  readonly tensors: Readonly<Record<string, Readonly<Record<string, TracedTensor>>>>;
  /** Of some steps, by their numbers: the file beside the trace that has the tensors themselves, in the safetensors format. */
  readonly values?: Readonly<Record<string, string>>;
  readonly logitsSha256?: string;
  readonly correctCount?: number;
}

export interface TracedTensor {
  readonly shape: readonly number[];
  readonly sha256: string;
}

const schema = schemaOf<Trace>('trace', 'record-invalid');

/** Whether a JSON text is one of a trace, rather than of a record. */
export function isTrace(text: string): boolean {
  return /^\s*\{\s*"of"/.test(text);
}

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`; `record-invalid` naming the JSON path
 */
export function parseTrace(text: string, where: string): Trace {
  return schema.parse(text, where);
}
