/** Faults made from a schema and a value that meets it: one for each thing that the schema forbids. */

export interface Mutation {
  /** As a sentence. */
  readonly fault: string;
  /** The whole document, with the fault. */
  readonly document: unknown;
  /** Where the message has to point, as a JSON path. */
  readonly path: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The keywords that the project's schemas use. */
interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
}

/** @param schemas by file name, because one may refer to another */
export function mutationsOf(
  schemas: Readonly<Record<string, unknown>>,
  file: string,
  document: unknown,
): Mutation[] {
  const mutations: Mutation[] = [];
  visit(schemas[file] as SchemaNode, file, document as Json, '', (value) => value);
  return mutations;

  /** @param within puts a value in the place of this one in the whole document */
  function visit(
    node: SchemaNode,
    file: string,
    value: Json,
    path: string,
    within: (value: Json) => Json,
  ): void {
    const add = (what: string, mutated: Json, at = path): void => {
      const place = at === '' ? '$' : at;
      mutations.push({ fault: `${place}: ${what}`, document: within(mutated), path: place });
    };
    if (node.$ref !== undefined) {
      const [refFile, pointer] = node.$ref.split('#/');
      const target = refFile === '' ? file : refFile;
      visit(lookUp(schemas[target], pointer), target, value, path, within);
    }
    if (node.oneOf && isObject(value)) {
      add('another kind', { ...value, type: 'Unheard' }, `${path}.type`);
      add('no kind', without(value, 'type'), `${path}.type`);
      const alternative = node.oneOf.find(({ $ref }) =>
        $ref?.endsWith(`/${value['type'] as string}`),
      ) as SchemaNode;
      visit(alternative, file, value, path, within);
    }
    if (node.anyOf) {
      add('a word', 'unheard of');
      add('null', null);
    }
    if (node.const !== undefined || node.enum) add('another constant', 'unheard of');
    if (node.type !== undefined) add('another type', node.type === 'object' ? [] : {});
    addNumbers(node, value, add);
    if (node.pattern !== undefined) add('a line feed at the end', `${value as string}\n`);
    if (node.minLength !== undefined) add('no text', '');
    if (Array.isArray(value)) {
      const items = value as readonly Json[];
      if (node.minItems !== undefined) add('too few items', items.slice(0, node.minItems - 1));
      if (node.maxItems !== undefined)
        add(
          'too many items',
          Array.from({ length: node.maxItems + 1 }, (_, index) => items[index % items.length]),
        );
      if (node.uniqueItems) add('an item twice', [...items, items[0]]);
      // The items of an array have one schema: the faults of the first and the last are those of all.
      for (const index of new Set([0, items.length - 1])) {
        if (node.items === undefined || index < 0) continue;
        visit(node.items, file, items[index], `${path}[${index}]`, (item) => within(items.with(index, item)));
      }
    }
    if (isObject(value)) {
      const object = value;
      if (node.additionalProperties === false) add('an unknown key', { ...object, unheardOf: 1 });
      for (const key of node.required ?? []) {
        if (node.properties?.[key]?.const === undefined) add(`no ${key}`, without(object, key));
      }
      const intoChild = (key: string, child: SchemaNode): void =>
        visit(child, file, object[key], childPath(path, key), (inner) => within({ ...object, [key]: inner }));
      for (const [key, child] of Object.entries(node.properties ?? {}))
        if (key in object) intoChild(key, child);
      // The values of a map have one schema, like the items of an array.
      if (typeof node.additionalProperties === 'object')
        intoChild(Object.keys(object)[0], node.additionalProperties);
    }
  }
}

function addNumbers(node: SchemaNode, value: Json, add: (what: string, mutated: Json) => void): void {
  if (node.type === 'integer') add('half a unit more', Number(value) + 0.5);
  if (node.minimum !== undefined) add('below the minimum', node.minimum - 1);
  if (node.exclusiveMinimum !== undefined) add('at the excluded minimum', node.exclusiveMinimum);
  if (node.maximum !== undefined) add('above the maximum', node.maximum + 1);
  if (node.exclusiveMaximum !== undefined) add('at the excluded maximum', node.exclusiveMaximum);
}

function childPath(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}['${key}']`;
  return path === '' ? key : `${path}.${key}`;
}

function lookUp(schema: unknown, pointer: string): SchemaNode {
  return pointer
    .split('/')
    .reduce((node, key) => (node as Record<string, unknown>)[key], schema) as SchemaNode;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function without(value: { readonly [key: string]: Json }, key: string): Json {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
