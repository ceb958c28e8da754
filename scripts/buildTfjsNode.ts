import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run build:tfjs-node`: the real TensorFlow for the engine `tfjs`, where the download of tfjs-node's own installer does not work:
 * the shared library and its C headers from TensorFlow's Python package, and tfjs-node's addon compiled against them. Linux on x86-64,
 * with `python3 -m pip` and a C++ compiler ($CXX, else c++). docs/tensorflow.md.
 */
const ROOT = join(__dirname, '..');
const TFJS_NODE = '@tensorflow/tfjs-node@4.22.0';
/** The last that tfjs-node 4.22 compiles with and runs on. */
const TENSORFLOW = 'tensorflow-cpu==2.15.1';
/** The wheel of one Python is as good as another's: no Python of it is run. */
const WHEEL = ['--only-binary=:all:', '--python-version=3.11', '--platform=manylinux2014_x86_64'];
const UNPACK = `
import glob, sys, zipfile
[wheel] = glob.glob(sys.argv[1] + "/*.whl")
archive = zipfile.ZipFile(wheel)
parts = ("tensorflow/libtensorflow_", "tensorflow/include/tensorflow/", "tensorflow/include/tsl/")
archive.extractall(sys.argv[1], [name for name in archive.namelist() if name.startswith(parts)])
`;

function main(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`only for Linux on x86-64; this is ${process.platform} on ${process.arch}`);
  }
  const addon = join(ROOT, 'node_modules/@tensorflow/tfjs-node');
  if (!existsSync(addon))
    run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', TFJS_NODE]);
  const folder = mkdtempSync(join(tmpdir(), 'assay-tensorflow-'));
  try {
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', ...WHEEL, '--dest', folder, TENSORFLOW]);
    run('python3', ['-c', UNPACK, folder]);
    placeLibrary(join(folder, 'tensorflow'), addon);
    compile(addon, join(folder, 'tensorflow/include'));
  } finally {
    rmSync(folder, { recursive: true });
  }
  run(process.execPath, ['-e', 'require("@tensorflow/tfjs-node").ready()']);
  console.log(`${TFJS_NODE} runs on ${TENSORFLOW}`);
}

/** Under the names that the addon is linked by, where it looks for them. */
function placeLibrary(tensorflow: string, addon: string): void {
  const libraries = join(addon, 'deps/lib');
  rmSync(libraries, { recursive: true, force: true });
  mkdirSync(libraries, { recursive: true });
  for (const [file, name] of [
    ['libtensorflow_cc.so.2', 'libtensorflow.so'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
  ]) {
    cpSync(join(tensorflow, file), join(libraries, file));
    symlinkSync(file, join(libraries, name));
  }
}

function compile(addon: string, headers: string): void {
  const [compiler, ...options] = (process.env.CXX ?? 'c++').split(' ');
  const out = join(addon, 'lib/napi-v8');
  mkdirSync(out, { recursive: true });
  const file = join(out, 'tfjs_binding.node');
  run(compiler, [
    ...[...options, '-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'],
    ...[`-I${headers}`, `-I${join(ROOT, 'node_modules/node-api-headers/include')}`],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(addon, 'binding', source)),
    ...[`-L${join(addon, 'deps/lib')}`, '-ltensorflow', '-ltensorflow_framework'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', `${file}.new`],
  ]);
  renameSync(`${file}.new`, file);
}

/** Runs a program, of which all output is shown; throws when it fails. */
function run(program: string, args: readonly string[]): void {
  const { status, error } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

main();
