import { readSchema, type SchemaDocument, type SchemaName } from './schema';

/**
 * A value with the keys of its objects, at every level, in the order of the schema's properties. Keys that the schema does not know
 * stand last: a value that does not meet it loses nothing.
 */
export function inSchemaOrder<T>(name: SchemaName, value: T): T {
  return ordered(value, { file: name, schema: readSchema(name) }) as T;
}

/** A part of a schema, and the file that its references start from. */
interface Part {
  readonly file: string;
  readonly schema: SchemaDocument;
}

function ordered(value: unknown, part: Part): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { file, schema } = partFor(Object.keys(value), part);
  if (Array.isArray(value))
    return value.map((item) => ordered(item, { file, schema: schema.items as SchemaDocument }));
  const object = value as Record<string, unknown>;
  const properties = Object.entries((schema.properties ?? {}) as Record<string, SchemaDocument>);
  const known = properties.filter(([key]) => key in object);
  const entries = known.map(([key, schema]) => [key, ordered(object[key], { file, schema })] as const);
  return Object.assign(Object.fromEntries(entries), object, Object.fromEntries(entries));
}

/** What a part stands for: where it refers to another, that one; of several that are possible, the one that has these keys. */
function partFor(keys: readonly string[], part: Part): Part {
  const { file, schema } = part;
  if (typeof schema.$ref === 'string') return partFor(keys, referred(schema.$ref, file));
  const choices = (schema.oneOf ?? []) as SchemaDocument[];
  const parts = choices.map((schema) => partFor(keys, { file, schema }));
  const fits = ({ schema }: Part): boolean => keys.every((key) => key in (schema.properties as object));
  return parts.find(fits) ?? part;
}

/** @param reference such as `#/$defs/sha256`, or `experiment.schema.json#/$defs/optimizer` */
function referred(reference: string, from: string): Part {
  const [name, path] = reference.split('#/');
  const file = name === '' ? from : name.replace('.schema.json', '');
  const schema = path.split('/').reduce((part, key) => part[key] as SchemaDocument, readSchema(file));
  return { file, schema };
}
