import { spawnSync } from 'node:child_process';

/** `npm run build`: makes `dist/`, with one line for each step; what a step says itself is shown below it. */
const STEPS = ['fonts', 'wasm', 'native', 'page', 'ts', 'web'];

for (const step of STEPS) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', `build:${step}`], {
    encoding: 'utf8',
    shell: process.platform === 'win32', // where npm is a script of the shell
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'built' : 'failed'}: ${step}, ${seconds} s`);
  const said = `${stdout}${stderr}`.trimEnd();
  if (said !== '') console.log(said.replace(/^/gm, '  '));
  if (status !== 0) process.exit(status ?? 1);
}
