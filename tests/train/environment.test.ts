import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeOf } from '../../src/train/environment';

/** What `process.versions` had where they were tried. */
test.each([
  ['Node', { node: '20.20.2', v8: '11.3.244.8-node.38' }, { node: '20.20.2', v8: '11.3.244.8-node.38' }],
  ['Bun', { node: '26.3.0', bun: '1.4.5', v8: '14.6.202.34-node.20', webkit: 'd6375c72' }, { bun: '1.4.5' }],
  [
    'Deno',
    { node: '26.3.0', deno: '2.9.6', v8: '15.0.245.2-rusty', typescript: '6.0.3' },
    { deno: '2.9.6', v8: '15.0.245.2-rusty' },
  ],
])('%s is recorded as itself, and not as the Node that it claims to be', (_, versions, recorded) => {
  expect(runtimeOf(versions)).toEqual(recorded);
});

/** Without it, Deno takes a `.js` file for a module, in which there is no `require`. */
test('the package says what its modules are', () => {
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ type: 'commonjs' });
});
