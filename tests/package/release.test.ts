import { accessSync, constants, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

test('CI runs what a clone runs, on Linux, ARM and macOS', () => {
  const workflow = read('.github/workflows/ci.yml');
  const systems = /os: \[(.*)\]/.exec(workflow)?.[1].split(', ') ?? [];
  for (const system of [/^ubuntu-latest$/, /^ubuntu-.*-arm$/, /^macos-/])
    expect(systems.some((name) => system.test(name))).toBe(true);
  const commands = [...workflow.matchAll(/^ +- run: (.*)$/gm)].map(([, command]) => command);
  expect(commands).toEqual(['.ci/run', 'npm ci', 'npm pack']);
  expect(() => accessSync(join(ROOT, '.ci/run'), constants.X_OK)).not.toThrow();
});

test('the version has its changes, those of bits first', () => {
  const changes = read('CHANGELOG.md').split(/^## /m).slice(1);
  expect(changes.some((section) => section.startsWith(`${version}\n`))).toBe(true);
  const [latest] = changes;
  expect(latest).toMatch(/^.*\n\n(\*\*Bits\*\*|The first)/);
});
