import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeWidths } from '../../src/engine/native/width';
import { oneLayer } from './support/models';
import { forward, withEngine } from './support/engines';
import { filled, filledLike } from './support/values';
import { parametersOf } from '../../src/experiment/model';

const ROOT = join(__dirname, '../..');
const N = 8;
const LAYERS = oneLayer({ name: 'fc1', type: 'Linear', inFeatures: 64, outFeatures: 32 }, [64]);
const OPTIONS = { layers: LAYERS, optimizer: { type: 'SGD', momentum: 0 }, maxBatch: N } as const;

/** In a process of its own, which another addon has left with another arithmetic: prints the bytes of the output. */
const SCRIPT = `
  const { createEngine } = require(process.argv[1]);
  const { options, input, parameters, addon } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const floats = (hex) => new Float32Array(new Uint8Array(Buffer.from(hex, 'hex')).buffer);
  createEngine('native', options).then(async (engine) => {
    engine.setParameters(parameters.map(({ hex, ...rest }) => ({ ...rest, data: floats(hex) })));
    engine.input(${N}).set(floats(input));
    process.dlopen({ exports: {} }, addon);
    const output = engine.forward(${N});
    process.stdout.write(Buffer.from(output.buffer, output.byteOffset, output.byteLength).toString('hex'));
    await engine.close();
  });
`;

const hexOf = (values: Float32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

const canRun = nativeWidths().length > 0 && process.arch === 'x64';

(canRun ? test : test.skip)(
  'native rounds to nearest and keeps subnormal numbers, whatever the process around it has set',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-arithmetic-'));
    try {
      const addon = join(folder, 'roundTowardsZero.node');
      const [compiler, ...words] = (process.env.CXX ?? 'c++').split(' ');
      const source = join(__dirname, 'support/roundTowardsZero.cc');
      const headers = join(ROOT, 'node_modules/node-api-headers/include');
      execFileSync(compiler, [...words, '-shared', '-fPIC', `-I${headers}`, source, '-o', addon]);
      for (const palette of ['ordinary', 'subnormal'] as const) {
        const parameters = filledLike({ palette: 'ordinary', seed: 1 }, parametersOf(LAYERS));
        const input = filled({ palette, seed: 2 }, N * 64);
        const wanted = await withEngine('wasm', OPTIONS, (engine) => {
          engine.setParameters(parameters);
          return forward(engine, N, input);
        });
        const given = JSON.stringify({
          ...{ options: { ...OPTIONS, threads: 2 }, input: hexOf(input), addon },
          parameters: parameters.map(({ data, ...rest }) => ({ ...rest, hex: hexOf(data) })),
        });
        const args = ['--eval', SCRIPT, join(ROOT, 'dist/engine/create.js')];
        expect(execFileSync(process.execPath, args, { input: given, encoding: 'utf8' })).toBe(hexOf(wanted));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
