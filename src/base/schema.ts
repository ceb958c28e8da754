import type { ErrorObject } from 'ajv';
import { AssayError, type ErrorCode, type ErrorFacts } from './errors';
import { parseJson, shortJson } from './json';
import { jsonPath } from './path';
import { suggest } from './suggest';
import { documents, validators } from './validators';

/** Of those in `spec/schema`. */
export type SchemaName =
  | 'experiment'
  | 'draft'
  | 'run'
  | 'checkpoint'
  | 'golden'
  | 'rounding'
  | 'pairs'
  | 'alternatives'
  | 'bands'
  | 'claims'
  | 'rules'
  | 'ensemble'
  | 'ensemble-run'
  | 'kept-run'
  | 'train-job'
  | 'probe-job'
  | 'first-losses-job'
  | 'first-losses'
  | 'seed-search'
  | 'queue-job'
  | 'queue-answer'
  | 'trace'
  | 'study';

export interface Schema<T> {
  /**
   * Parses JSON and holds it against the schema.
   *
   * @param where names the text in messages: usually its file.
   * @throws AssayError `json-syntax`, or the schema's own code, naming the JSON path, what was expected and what was there.
   */
  parse(text: string, where: string): T;
  /** The same for a value that has been parsed already. */
  check(value: unknown, where: string): T;
}

/** The schema `spec/schema/<name>.schema.json`; what does not meet it is an error of the given code. */
export function schemaOf<T>(name: SchemaName, code: ErrorCode): Schema<T> {
  const check = (value: unknown, where: string): T => {
    const faults = faultsBySchema(name, value);
    if (faults.length === 0) return value as T;
    const { path, ...facts } = explain(mostTelling(faults));
    throw new AssayError(code, { ...facts, where: `${where}, ${path}` });
  };
  return { check, parse: (text, where) => check(parseJson(text, where), where) };
}

/** What a value has against the schema; nothing where it meets it. */
export function faultsBySchema(name: SchemaName, value: unknown): readonly ErrorObject[] {
  const validate = validators[name];
  return validate(value) ? [] : (validate.errors ?? []);
}

export type SchemaDocument = Readonly<Record<string, unknown>>;

/** The document of a schema. */
export function readSchema(name: string): SchemaDocument {
  return documents[name];
}

/** The first thing that is wrong; a misspelt key is both unknown and missing, and the unknown one says more. */
function mostTelling([error]: readonly ErrorObject[]): ErrorObject {
  if (error === undefined) throw new Error('ajv rejected a value without saying why');
  const { properties = {}, additionalProperties } = (error as ErrorContext).parentSchema;
  if (error.keyword !== 'required' || additionalProperties !== false) return error;
  const unknown = Object.keys(error.data as object).find((key) => !Object.hasOwn(properties, key));
  if (unknown === undefined) return error;
  return { ...error, keyword: 'additionalProperties', params: { additionalProperty: unknown } };
}

/** What ajv hands back, beside the data, of the place in the schema that was not met. */
interface ErrorContext {
  readonly parentSchema: {
    readonly properties?: object;
    readonly additionalProperties?: unknown;
    /** What can be done instead. */
    readonly $comment?: string;
    readonly oneOf?: readonly { readonly $ref: string }[];
  };
  readonly params: Readonly<Record<string, unknown>>;
}

const MOST_KEYS_SHOWN = 100;

function explain(error: ErrorObject): ErrorFacts & { path: string } {
  const { parentSchema, params } = error as ErrorContext;
  const path = jsonPath(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys(parentSchema.properties ?? {});
      return {
        what: `unknown key '${key}'`,
        path,
        expected: known.join(', '),
        got: key,
        ...didYouMean(key, known),
      };
    }
    case 'required': {
      const key = String(params['missingProperty']);
      const present = Object.keys(error.data as object).slice(0, MOST_KEYS_SHOWN);
      const hint = parentSchema.$comment;
      return { what: `missing key '${key}'`, path, expected: key, got: present.join(', '), hint };
    }
    case 'discriminator': {
      const key = String(params['tag']);
      const value = params['tagValue'];
      // The alternatives of a schema with a discriminator are named after its values.
      const known = (parentSchema.oneOf ?? []).map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1));
      const { hint = parentSchema.$comment } = typeof value === 'string' ? didYouMean(value, known) : {};
      const expected = known.map(shortJson).join(', ');
      return { what: `unknown ${key}`, path: `${path}.${key}`, expected, got: shortJson(value), hint };
    }
    case 'enum':
    case 'const': {
      const allowed = (params['allowedValues'] ?? [params['allowedValue']]) as unknown[];
      return {
        what: 'not an allowed value',
        path,
        expected: allowed.map(shortJson).join(', '),
        got: shortJson(error.data),
      };
    }
    default:
      return {
        what: 'not a valid value',
        path,
        expected: (error.message ?? error.keyword)
          .replace(/^must NOT have fewer than/, 'at least')
          .replace(/^must NOT have more than/, 'at most')
          .replace(/^must NOT have/, 'not')
          .replace(/^(at (?:least|most) 1 \w+)s$/, '$1')
          .replace(/^must (be |have )?/, ''),
        got: shortJson(error.data),
      };
  }
}

function didYouMean(word: string, known: readonly string[]): { hint?: string } {
  const suggestion = suggest(word, known);
  return suggestion === undefined ? {} : { hint: `did you mean '${suggestion}'?` };
}
