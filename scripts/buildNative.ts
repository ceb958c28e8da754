import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run build:native [-- --sanitize]`: compiles the native engine with the C++ compiler that is there ($CXX, else c++). Without one, one
 * line says so, and the wasm engine is used. What was built from the same sources already is left as it is.
 */
const ROOT = join(__dirname, '..');
const SOURCES = join(ROOT, 'src/engine/native');
const HEADERS = join(ROOT, 'node_modules/node-api-headers/include');
const OUT = join(ROOT, 'dist/engine/native');

const sanitize = process.argv.includes('--sanitize');
const compiler = (process.env.CXX ?? 'c++').split(' ');
const addon = join(OUT, sanitize ? 'sanitized.node' : 'native.node');
const stamp = `${addon}.sha256`;

/** No multiplication is fused with an addition unasked, and nothing else that changes bits: docs/numerics.md. */
const FLAGS = [
  ...[
    '-std=c++20',
    '-fPIC',
    '-pthread',
    '-Wall',
    '-Wextra',
    '-Wno-maybe-uninitialized',
    '-fvisibility=hidden',
    `-I${HEADERS}`,
  ],
  ...['-ffp-contract=off', '-fno-math-errno', '-fno-strict-aliasing'],
  ...(sanitize ? ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'] : ['-O3']),
];
const LINK = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
const AVX512 = ['f', 'bw', 'cd', 'dq', 'vl'].map((part) => `-mavx512${part}`);
/** Vector widths, in floats, and what makes the compiler use them. */
const WIDTHS: Readonly<Record<number, readonly string[]>> =
  process.arch === 'x64'
    ? { 4: ['-msse4.1', '-mpopcnt'], 8: ['-mavx2', '-mfma', '-mpopcnt'], 16: [...AVX512, '-mpopcnt'] }
    : { 4: [] };

async function main(): Promise<void> {
  const version = run(['--version']);
  if (version.status !== 0) return withoutAddon(`no C++ compiler (${compiler.join(' ')})`);
  const digest = digestOf(version.stdout);
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  mkdirSync(OUT, { recursive: true });
  const objects = mkdtempSync(join(tmpdir(), 'assay-native-'));
  try {
    const units = [
      ...['addon', 'crew', 'program'].map((name) => ({
        name,
        source: `${name}.cc`,
        flags: [] as readonly string[],
      })),
      ...Object.entries(WIDTHS).map(([width, flags]) => ({
        ...{ name: `kernels${width}`, source: 'kernels/kernels.cc' },
        flags: [`-DWIDTH=${width}`, `-DKERNELS=kernels${width}`, ...flags],
      })),
    ];
    const objectOf = (name: string): string => join(objects, `${name}.o`);
    const failures = await Promise.all(
      units.map(({ name, source, flags }) =>
        compile([...FLAGS, ...flags, '-c', join(SOURCES, source), '-o', objectOf(name)]),
      ),
    );
    const linked = join(objects, 'addon.node');
    const failure =
      failures.find((text) => text !== undefined) ??
      (await compile([
        ...FLAGS,
        '-shared',
        ...LINK,
        ...units.map(({ name }) => objectOf(name)),
        '-o',
        linked,
      ]));
    if (failure !== undefined) {
      process.stderr.write(failure);
      return withoutAddon('it does not compile here');
    }
    // Whole or not at all, and never changed under a process that has loaded it.
    const whole = `${addon}.${process.pid}`;
    writeFileSync(whole, readFileSync(linked));
    renameSync(whole, addon);
    writeFileSync(stamp, digest);
  } finally {
    rmSync(objects, { recursive: true });
  }
}

function withoutAddon(reason: string): void {
  rmSync(addon, { force: true });
  rmSync(stamp, { force: true });
  process.stdout.write(`native engine: ${reason}; the wasm engine is used\n`);
}

function run(args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(compiler[0], [...compiler.slice(1), ...args], { encoding: 'utf8' });
}

/** What the compiler said, when it failed. */
async function compile(args: readonly string[]): Promise<string | undefined> {
  const child = spawn(compiler[0], [...compiler.slice(1), ...args], { stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) return said;
  process.stderr.write(said);
  return undefined;
}

/** Of all that what is built follows from. */
function digestOf(compilerVersion: string): string {
  const hash = createHash('sha256').update(JSON.stringify([compiler, compilerVersion, FLAGS, LINK, WIDTHS]));
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(cc|h)$/.test(file)) hash.update(file).update(readFileSync(join(SOURCES, file)));
  }
  return hash.digest('hex');
}

void main();
