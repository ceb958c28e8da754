import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transform, type BuildOptions, type Plugin } from 'esbuild';

/**
 * `npm run build:web`: `dist/web/index.html`, the page that judges what is dropped on it. One file that needs nothing else, whether it is opened
 * from disk or served. And `dist/web/again.*`, what of it trains a run again, for reports. After `build:page` and `build:schemas`, whose files
 * are in it.
 */
const ROOT = join(__dirname, '..');
const WEB = join(ROOT, 'src/web');

/** What training reads of the package: texts alone. */
const FOR_TRAINING = ['package.json'];
/** What judging reads, too. */
const FOR_JUDGING = [
  ...FOR_TRAINING,
  'spec',
  'golden',
  'fixtures/reported',
  'dist/report/html/page',
  'dist/commit',
];
/** Not needed for judging: schemas are compiled, and other readings of an experiment are for `assay alternatives`. */
const LEFT_OUT = /^spec\/schema\/|^golden\/[^/]+\/(?:readings|rounding)\//;

/** Modules of Node, and what a browser has in their place. */
const HOST: Readonly<Record<string, string>> = {
  'src/base/files': 'files',
  'src/base/gzip': 'gzip',
  'src/base/machine': 'machine',
  'src/base/paths': 'paths',
  'src/base/sha256': 'sha256',
  'src/base/threads': 'threads',
  'src/base/turn': 'turn',
  'src/engine/create': 'create',
};

function host(modules: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'host',
    setup: (build) => {
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const name = modules[join(resolveDir, path).slice(ROOT.length + 1)];
        return name === undefined ? undefined : { path: join(WEB, 'host', `${name}.ts`) };
      });
    },
  };
}

/** A module that the build makes. */
function made(name: string, loader: 'binary' | 'text', contents: () => Promise<Uint8Array | string>): Plugin {
  return {
    name,
    setup: (build) => {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      build.onLoad({ filter: /.*/, namespace: name }, async () => ({ contents: await contents(), loader }));
    },
  };
}

const OPTIONS: BuildOptions = {
  ...{ bundle: true, minify: true, write: false, platform: 'browser', format: 'iife', target: 'es2022' },
  logLevel: 'warning',
  charset: 'utf8',
};

async function bundle(entry: string, plugins: readonly Plugin[]): Promise<string> {
  const { outputFiles = [] } = await build({
    ...OPTIONS,
    entryPoints: [join(ROOT, entry)],
    plugins: [...plugins],
  });
  return outputFiles[0].text;
}

function gzipped(packageFiles: readonly string[]): Uint8Array {
  const paths = packageFiles.flatMap(filesIn).filter((path) => !LEFT_OUT.test(path));
  const texts = Object.fromEntries(
    paths.sort().map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
  );
  return gzipSync(JSON.stringify(texts), { level: 9 });
}

function filesIn(path: string): string[] {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [path] : [];
  const entries = readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

async function styleOf(name: string): Promise<string> {
  const { code } = await transform(readFileSync(join(WEB, name), 'utf8'), { loader: 'css', minify: true });
  return code.trim();
}

/** As a content security policy names it. */
function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A script for a page, with the worker that it starts. */
async function scriptOf(
  page: string,
  worker: string,
  packageFiles: readonly string[],
  thread: string,
): Promise<string> {
  const code = await bundle(worker, [
    host(HOST),
    made('built-in', 'binary', async () => gzipped(packageFiles)),
    made('kernels', 'binary', async () => readFileSync(join(ROOT, 'dist/engine/wasm/kernels.wasm'))),
    made('thread-code', 'text', async () => thread),
  ]);
  const script = await bundle(page, [host(HOST), made('worker-code', 'text', async () => code)]);
  // Nothing in a script ends it before its end.
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

async function main(): Promise<void> {
  const thread = await bundle('src/engine/wasm/worker.ts', [host({ 'src/base/threads': 'thread' })]);
  const script = await scriptOf('src/web/main.ts', 'src/web/worker.ts', FOR_JUDGING, thread);
  const again = {
    html: readFileSync(join(WEB, 'again.html'), 'utf8'),
    css: await styleOf('again.css'),
    js: await scriptOf('src/web/report.ts', 'src/web/trainWorker.ts', FOR_TRAINING, thread),
  };
  const ofReports = readFileSync(join(ROOT, 'dist/report/html/page/style.css'), 'utf8').trim();
  const style = ofReports + again.css + (await styleOf('style.css'));
  const policy = [
    "default-src 'none'",
    `style-src ${sourceOf(style)}`,
    // The worker inherits it: WebAssembly is compiled there.
    `script-src ${sourceOf(script)} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts: Record<string, string> = {
    '{policy}': policy,
    '<!-- again -->': again.html,
    '<!-- style -->': `<style>${style}</style>`,
    '<!-- script -->': `<script>${script}</script>`,
  };
  const template = readFileSync(join(WEB, 'index.html'), 'utf8');
  const html = template.replace(/\{policy\}|<!-- (?:again|style|script) -->/g, (place) => parts[place]);
  mkdirSync(join(ROOT, 'dist/web'), { recursive: true });
  writeFileSync(join(ROOT, 'dist/web/index.html'), html);
  for (const [kind, text] of Object.entries(again)) writeFileSync(join(ROOT, `dist/web/again.${kind}`), text);
}

void main();
