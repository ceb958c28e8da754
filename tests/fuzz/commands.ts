import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeCommandFolder } from './commandFolder';
import { NAMES, OF_FILES, OF_FOLDERS, OF_NAMES } from './commandLines';
import { CHECKPOINTS, JSONS, TEXTS } from './corpus';
import { Draws, mutated } from './draws';
import type { Case } from './surface';

const PROGRAM = join(__dirname, '../../bin/assay.js');
/** Of processor time, so that a machine with other work does not make faults; and by the clock, for one that waits. */
const MOST_SECONDS = 20;
const LONGEST_MS = 600_000;
const LIMITED = ['-c', `ulimit -t ${MOST_SECONDS} && exec "$@"`, 'sh', process.execPath, PROGRAM];
const STEERING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

/** Where the hostile file lies, and its bytes; without bytes, it never ends. */
interface Placed {
  readonly name: string;
  readonly at: string;
  readonly make?: () => Buffer;
}

/**
 * Each command with each hostile file and name, in an order that follows from the seed, so that a part of them is of all kinds. Then, without
 * an end, commands that read a folder of theirs, in which a file is damaged.
 */
export async function commandCases(seed: number): Promise<(index: number) => Case> {
  const whole = await makeCommandFolder();
  const files = [...TEXTS, ...JSONS, ...CHECKPOINTS];
  const withoutEnd = { name: 'without an end' };
  const cases: (() => Case)[] = [
    ...[withoutEnd, ...files].flatMap((file) =>
      OF_FILES.map((line) => () => caseOf(whole, line, { at: 'hostile', ...file })),
    ),
    ...Object.entries(OF_FOLDERS).flatMap(([at, { files, commands }]) =>
      [withoutEnd, ...files].flatMap((file) =>
        commands.map((line) => () => caseOf(whole, line, { at, ...file })),
      ),
    ),
    ...Object.entries(NAMES).flatMap(([title, name]) =>
      OF_NAMES.map((line) => () => caseOfName(whole, line, title, name)),
    ),
  ];
  const order = shuffled(cases, new Draws(seed));
  const damaged = Object.entries(OF_FOLDERS).filter(([at]) => existsSync(join(whole, at)));
  return (index) => {
    if (index < order.length) return order[index]();
    const draws = new Draws(seed + index);
    const [at, { commands }] = draws.of(damaged);
    const bytes = damagedFile(draws, readFileSync(join(whole, at)));
    return caseOf(whole, draws.of(commands), { name: `seed ${seed + index}`, at, make: () => bytes });
  };
}

/** Of lines that are JSON each, one is damaged as JSON is. */
function damagedFile(draws: Draws, whole: Buffer): Buffer {
  const lines = whole.toString('latin1').split('\n');
  if (!whole.includes('\n{') || draws.below(4) === 0) return mutated(draws, whole);
  const at = draws.below(lines.length - 1);
  lines[at] = mutated(draws, Buffer.from(lines[at], 'latin1')).toString('latin1');
  return Buffer.from(lines.join('\n'), 'latin1');
}

function shuffled<T>(items: readonly T[], draws: Draws): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const other = draws.below(i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

function caseOf(whole: string, line: string, { name, at, make }: Placed): Case {
  const title = line.includes('FILE') || line.includes(' -') ? line : `${line} (${at})`;
  return {
    name: `${title}: ${name}`,
    run: () => {
      const bytes = make?.();
      const words = line.split(' ').map((word) => (word === 'FILE' ? at : word));
      const outcome = inCopy(whole, [...words, at], (folder) => {
        const path = join(folder, at);
        mkdirSync(dirname(path), { recursive: true });
        rmSync(path, { force: true });
        if (bytes === undefined) symlinkSync('/dev/zero', path);
        else writeFileSync(path, bytes);
        return outcomeOf(words, folder, words.includes('-') ? path : undefined);
      });
      return { bytes: bytes?.length ?? 0, outcome };
    },
  };
}

function caseOfName(whole: string, line: string, title: string, name: string): Case {
  return {
    name: `${line}: ${title}`,
    run: () => {
      const words = line.split(' ').map((word) => (word === 'NAME' ? name : word));
      return { bytes: name.length, outcome: inCopy(whole, words, (folder) => outcomeOf(words, folder)) };
    },
  };
}

/** In a new folder with a copy of all that the words name. */
function inCopy<T>(whole: string, words: readonly string[], use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'));
  const named = new Set(words.map((word) => word.replace(/^\.\//, '').split('/')[0]));
  try {
    for (const entry of readdirSync(whole).filter((entry) => named.has(entry)))
      cpSync(join(whole, entry), join(folder, entry), { recursive: true });
    if (!named.has('cache')) symlinkSync(join(whole, 'cache'), join(folder, 'cache'));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param input file that is read from standard input */
function outcomeOf(words: readonly string[], cwd: string, input?: string): string {
  const { ASSAY_DATA: _, CI: __, ...rest } = process.env;
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  const { status, signal, stdout, stderr } = spawnSync('/bin/sh', [...LIMITED, ...words], {
    ...{ cwd, env: { ...rest, ASSAY_CACHE: join(cwd, 'cache') }, encoding: 'utf8' },
    ...{ timeout: LONGEST_MS, killSignal: 'SIGKILL', maxBuffer: 2 ** 30 },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  if (typeof stdin === 'number') closeSync(stdin);
  if (signal !== null) throw new Error(`took more than ${MOST_SECONDS} s (${signal})`);
  if (status === null || status > 2) throw new Error(`exit code ${status}: ${stderr.slice(0, 300)}`);
  if (STEERING.test(stdout + stderr)) throw new Error('a control character was printed');
  return `exit code ${status}`;
}
