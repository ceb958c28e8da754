import type { NamedTensor } from '../../engine/engine';
import { AssayError } from '../../base/errors';
import { parametersOf, type Parameter } from '../../experiment/model';
import type { Layer } from '../../experiment/types';
import { quoted, shapeText } from './fault';
import { valuesOf, type StoredTensor } from './tensor';

/**
 * The parameters of a model from a state dict, in the order of `parametersOf`: as PyTorch's `load_state_dict` takes them, strictly. Elements of other
 * types are converted to float32 (see {@link valuesOf}).
 *
 * @param where names the file
 * @throws AssayError `checkpoint-mismatch` with all keys that are missing, unexpected or of another shape; `checkpoint-refused` when a tensor's elements
 *   are not floating-point numbers.
 */
export function parametersFrom(
  tensors: readonly StoredTensor[],
  layers: readonly Layer[],
  where: string,
): NamedTensor[] {
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const parameters = parametersOf(layers);
  checkKeys(stored, parameters, where);
  return parameters.map(({ name, shape }) => ({ name, shape, data: valuesOf(stored.get(name)!, where) }));
}

function checkKeys(
  stored: ReadonlyMap<string, StoredTensor>,
  parameters: readonly Parameter[],
  where: string,
): void {
  const names = new Set(parameters.map(({ name }) => name));
  const missing = parameters.filter(({ name }) => !stored.has(name));
  const unexpected = [...stored.values()].filter(({ name }) => !names.has(name));
  const mismatched = parameters.filter(({ name, shape }) => {
    const tensor = stored.get(name);
    return tensor !== undefined && tensor.shape.join() !== shape.join();
  });
  if (missing.length + unexpected.length + mismatched.length === 0) return;
  const found = mismatched.map(({ name }) => stored.get(name)!);
  throw new AssayError('checkpoint-mismatch', {
    what: 'the tensors of the file are not the parameters of the model',
    where,
    expected: [
      ...mismatched.map(text),
      ...missing.map(text),
      ...(unexpected.length > 0 ? [`nothing but ${[...names].join(', ')}`] : []),
    ].join('; '),
    got: [
      ...found.map(text),
      ...missing.map(({ name }) => `no ${name}`),
      ...firstFew(
        unexpected.map((tensor) => `unexpected: ${quoted(tensor.name)} ${shapeText(tensor.shape)}`),
      ),
    ].join('; '),
    hint: prefixHint(missing, stored),
  });
}

function text({ name, shape }: Parameter): string {
  return `${name} ${shapeText(shape)}`;
}

const FEW = 5;

function firstFew(items: readonly string[]): readonly string[] {
  return items.length <= FEW ? items : [...items.slice(0, FEW), `and ${items.length - FEW} more`];
}

/** DataParallel and torch.compile put a prefix before each key, as does a trainer that saves more than the model. */
function prefixHint(
  missing: readonly Parameter[],
  stored: ReadonlyMap<string, StoredTensor>,
): string | undefined {
  const [first] = missing;
  if (first === undefined) return undefined;
  const key = [...stored.keys()].find((candidate) => candidate.endsWith(`.${first.name}`));
  if (key === undefined) return undefined;
  const prefix = key.slice(0, -first.name.length);
  return `the file has ${quoted(key)}: save the tensors without the prefix ${quoted(prefix)}`;
}
