import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm run check:native [-- tests]`: the suites of the engines over a native engine that AddressSanitizer and UndefinedBehaviorSanitizer watch:
 * the first access outside of its memory, and the first operation that C++ does not define, ends the process.
 */
const ROOT = join(__dirname, '..');
const SUITES = [
  'tests/engine/native.test.ts',
  'tests/engine/properties/bits.test.ts',
  'tests/engine/properties/repeats.test.ts',
  'tests/engine/oracles/torch.test.ts',
];

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
}

const [compiler, ...words] = (process.env.CXX ?? 'c++').split(' ');
run('npm', ['run', '-s', 'build:native', '--', '--sanitize']);
// Node itself is not sanitized: the sanitizer must be there before it.
const { stdout } = spawnSync(compiler, [...words, '-print-file-name=libasan.so'], { encoding: 'utf8' });
const suites = process.argv.slice(2);
run(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '--runInBand', ...(suites.length > 0 ? suites : SUITES), '-t', 'native'],
  {
    ...{ LD_PRELOAD: stdout.trim(), ASAN_OPTIONS: 'detect_leaks=0', ASSAY_NATIVE_SANITIZED: '1' },
  },
);
