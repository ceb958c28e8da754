import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECKPOINTS, JSONS, TEXTS } from './corpus';
import type { Case } from './surface';

const ROOT = join(__dirname, '../..');
const PROGRAM = join(ROOT, 'bin/assay.js');
const REPORT = join(ROOT, 'fixtures/reported/lr-experiment.txt');
const RUN = join(ROOT, 'golden/lr-experiment/runs/digit-classifier/synthetic-lr0.001-short/run.json');
const LONGEST_MS = 20_000;
const STEERING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

/** Every command that reads a file that may be anybody's, with FILE in its place. */
const COMMANDS: readonly (readonly string[])[] = [
  ['check', 'FILE'],
  ['check', 'FILE', '--markdown'],
  ['check', 'FILE', '--json'],
  ['audit', 'FILE', '--html', 'page.html'],
  ['audit', 'FILE', '--markdown'],
  ['audit', 'FILE', '--json'],
  ['audit', REPORT, '--claims', 'FILE'],
  ['run', '--lr', '0.1', '--study', 'FILE'],
  ['run', '--lr', '0.1', '--data', 'synthetic', '--init', 'FILE'],
  ['eval', 'FILE'],
  ['verify', 'FILE', '--data', 'synthetic'],
  ['compare', 'FILE', RUN],
  ['equivalence', 'FILE'],
  ['alternatives', 'FILE'],
  ['find-seed', '--log', 'FILE', '--seeds', '0..0', '--data', 'synthetic'],
  ['data', 'verify', 'FILE'],
];

/** Each command with each hostile file, and with a file that never ends. */
export function commandCases(): Case[] {
  const files = [...TEXTS, ...JSONS, ...CHECKPOINTS];
  return [
    ...COMMANDS.map((command) => caseOf(command, '/dev/zero', '/dev/zero', 0)),
    ...files.flatMap(({ name, make }) => COMMANDS.map((command) => caseOf(command, name, 'hostile', make))),
  ];
}

function caseOf(command: readonly string[], name: string, path: string, make: (() => Buffer) | 0): Case {
  return {
    name: `${command.map((word) => (word.startsWith(ROOT) ? '…' : word)).join(' ')}: ${name}`,
    run: () => {
      const folder = mkdtempSync(join(tmpdir(), 'assay-fuzz-'));
      try {
        const bytes = make === 0 ? undefined : make();
        if (bytes !== undefined) writeFileSync(join(folder, path), bytes);
        const words = command.map((word) => (word === 'FILE' ? path : word));
        return { bytes: bytes?.length ?? 0, outcome: outcomeOf(words, folder) };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function outcomeOf(words: readonly string[], cwd: string): string {
  const { ASSAY_DATA: _, ...rest } = process.env;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
    ...{ cwd, env: { ...rest, ASSAY_CACHE: join(cwd, 'cache') }, encoding: 'utf8' },
    ...{ timeout: LONGEST_MS, killSignal: 'SIGKILL', maxBuffer: 2 ** 30 },
  });
  if (signal !== null) throw new Error(`killed after ${LONGEST_MS / 1000} s`);
  if (status === null || status > 2) throw new Error(`exit code ${status}: ${stderr.slice(0, 300)}`);
  if (STEERING.test(stdout + stderr)) throw new Error('a control character was printed');
  return `exit code ${status}`;
}
