import { likelyCause } from '../../src/judge/compare/likelyCause';
import type { Environment, RunRecord } from '../../src/run/record';
import { sampleRecord } from '../run/sampleRecord';
import { digitClassifier } from '../spec/experiments';

const record = sampleRecord(digitClassifier.experiment);
const { environment } = record;
const on = (changes: Partial<Environment>, tfjs = false): RunRecord => ({
  ...record,
  ...(tfjs && ({ engine: 'tfjs', tier: 'within tolerance' } as const)),
  environment: { ...environment, ...changes },
});
const bun = { versions: { assay: '0.1.0', bun: '1.4.5' } };
const wasm = { name: 'wasm', version: '4.22.0' } as const;
const tensorflow = { name: 'tensorflow', version: '4.22.0' } as const;

test.each<[string, RunRecord, RunRecord, unknown]>([
  [
    'another backend',
    on({ backend: tensorflow }, true),
    on({ backend: wasm, ...bun }, true),
    { what: 'backend of the engine', a: 'tensorflow 4.22.0', b: 'wasm 4.22.0' },
  ],
  [
    'another version of the backend',
    on({ backend: { name: 'wasm', version: '4.21.0' } }, true),
    on({ backend: wasm }, true),
    { what: 'backend of the engine', a: 'wasm 4.21.0', b: 'wasm 4.22.0' },
  ],
  [
    'a backend that an old record does not say',
    on({}, true),
    on({ backend: wasm }, true),
    { what: 'backend of the engine', a: 'not recorded', b: 'wasm 4.22.0' },
  ],
  ['an engine that is only near', on({}), on({ backend: wasm }, true), { what: 'engine', b: 'tfjs' }],
  [
    'another version of assay',
    on({ versions: { assay: '0.0.9', node: '18.0.0' } }),
    on({}),
    { what: 'version of assay', a: '0.0.9', b: '0.1.0' },
  ],
  ['another runtime', on(bun), on({}), { what: 'runtime', a: 'Bun 1.4.5', b: 'Node 20.20.2' }],
  [
    'another version of it',
    on({ versions: { assay: '0.1.0', deno: '2.9.6', v8: '15' } }),
    on({ versions: { assay: '0.1.0', deno: '2.9.5', v8: '15' } }),
    { what: 'runtime', a: 'Deno 2.9.6', b: 'Deno 2.9.5' },
  ],
])('%s', (_, a, b, cause) => {
  expect(likelyCause(a, b)).toMatchObject(cause as object);
});

test('none: what no result depends on, and two engines with the same bits', () => {
  const other = on({ threads: 9, cpu: 'another', startedAt: '2026-11-25T00:00:00.000Z' });
  expect(likelyCause(record, { ...other, engine: 'reference' })).toBeUndefined();
});
