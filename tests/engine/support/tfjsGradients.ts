import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';

/**
 * Gives tfjs its own gradient functions, which the Node build of tfjs-core leaves out. They lie beside it as ES modules, which are
 * bundled here, by a process of its own as esbuild does not run within jest. The registry that they enter is tfjs's global one.
 */
export function registerGradients(): void {
  const entry = join(dirname(require.resolve('@tensorflow/tfjs-core')), 'register_all_gradients.js');
  const options = { entryPoints: [entry], bundle: true, format: 'iife', platform: 'node', write: false };
  const script = `process.stdout.write(require('esbuild').buildSync(${JSON.stringify(options)}).outputFiles[0].text)`;
  const child = { cwd: __dirname, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const bundle = execFileSync(process.execPath, ['-e', script], child);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- tfjs's code, as `require` would run it
  (new Function('require', bundle) as (require: NodeJS.Require) => void)(require);
}
