import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pictureOfTerminal } from '../../scripts/pictureOfTerminal';

/** The pages that people read: that links lead somewhere, also in the packed package, and that each page can be found. */

const ROOT = join(__dirname, '../..');
const filesIn = (folder: string, extension: string, recursive = true): string[] =>
  readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.includes('node_modules'))
    .map((name) => join(folder, name));

const FINDINGS = filesIn('docs/findings', '.md');
const DOCS = filesIn('docs', '.md', false);
const OTHERS = ['examples', 'fixtures', 'python', 'spec'].flatMap((folder) => filesIn(folder, '.md'));
const PAGES = [...filesIn('.', '.md', false), ...DOCS, ...FINDINGS, ...OTHERS];

/** All that `npm pack` would put into the package. */
const packed = new Set(
  (
    JSON.parse(
      spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' })
        .stdout,
    ) as [{ files: { path: string }[] }]
  )[0].files.map(({ path }) => path),
);
const isPacked = (path: string): boolean =>
  packed.has(path) || [...packed].some((file) => file.startsWith(`${path}/`));

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** Without blocks of code, in which brackets and hashes mean something else. */
const proseOf = (page: string): string => textOf(page).replace(/^```[^]*?^```$/gm, '');

const headingsOf = (page: string, level: RegExp): string[] =>
  [...proseOf(page).matchAll(level)].map(([, heading]) => heading);

/** The name that GitHub gives a heading: letters, digits, `_` and `-` of it, in small letters. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');

interface Link {
  readonly path: string;
  readonly anchor?: string;
}

/** Those that lead to a file, or to a place in this one. */
function linksOf(page: string): Link[] {
  return [...proseOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(
    ([, target, anchor]) => ({
      path: target === '' ? page : normalize(join(dirname(page), target)),
      anchor,
    }),
  );
}

const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, ...link })));

test.each([
  ['README', 'README.md'],
  ['docs', 'docs/gate.md'],
  ['findings', 'docs/findings/speed.md'],
  ['examples', 'examples/keras-csv/README.md'],
  ['python', 'python/README.md'],
])('links of %s are looked at', (_, page) => {
  expect(links.filter((link) => link.page === page)).not.toEqual([]);
});

test('every relative link leads to a file', () => {
  expect(links.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every #anchor is a heading of its page', () => {
  const headings = (path: string): string[] => headingsOf(path, /^#+ (.*)$/gm).map(anchorOf);
  const broken = links.filter(({ path, anchor }) => anchor !== undefined && !headings(path).includes(anchor));
  expect(broken).toEqual([]);
});

test('a page of the packed package links to nothing that the package leaves out', () => {
  expect(PAGES.filter(isPacked)).toEqual(
    expect.arrayContaining(['README.md', 'CONTRIBUTING.md', ...DOCS, ...FINDINGS]),
  );
  expect(links.filter(({ page, path }) => isPacked(page) && !isPacked(path))).toEqual([]);
});

test('every page that code and schemas name is there', () => {
  const named = [...filesIn('src', '.ts'), ...filesIn('spec/schema', '.json')].flatMap((file) =>
    [...textOf(file).matchAll(/(?<!\w)docs\/[\w/-]+\.md/g)].map(([page]) => ({ file, page })),
  );
  expect(named).not.toEqual([]);
  expect(named.filter(({ page }) => !existsSync(join(ROOT, page)))).toEqual([]);
});

test('docs/README.md has every page, once', () => {
  const listed = linksOf('docs/README.md').map(({ path }) => path);
  const others = [...DOCS, ...FINDINGS].filter((page) => page !== 'docs/README.md');
  expect(listed.sort()).toEqual(others.sort());
});

test.each(DOCS.filter((page) => headingsOf(page, /^## (.*)$/gm).length > 2 && page !== 'docs/README.md'))(
  '%s has a list of its sections',
  (page) => {
    const [, list = ''] = /^\*\*On this page\*\*: ([^]*?)\n\n/m.exec(textOf(page)) ?? [];
    const listed = [...list.matchAll(/\[(.*?)\]\(#(.*?)\)/g)].map(([, title, anchor]) => ({ title, anchor }));
    const sections = headingsOf(page, /^## (.*)$/gm).map((title) => ({ title, anchor: anchorOf(title) }));
    expect(listed).toEqual(sections);
  },
);

test('the picture of the terminal shows what the audit prints now', () => {
  expect(textOf('docs/audit-terminal.svg')).toBe(pictureOfTerminal());
});

test('every table has its header', () => {
  const tables = PAGES.flatMap((page) =>
    [...proseOf(page).matchAll(/(?<=^|\n\n)\|[^]*?(?=\n\n|$)/g)].map(([table]) => ({
      page,
      rows: table.split('\n'),
    })),
  );
  expect(tables.length).toBeGreaterThan(0);
  expect(tables.filter(({ rows }) => !/^\|[ :|-]+\|$/.test(rows[1] ?? ''))).toEqual([]);
});

test.each(FINDINGS)('%s has its date, and the command that makes its figures', (page) => {
  expect(textOf(page)).toMatch(/^\d{4}-\d\d-\d\d( and \d\d)?[.,] /m);
  expect(textOf(page)).toMatch(/`([A-Z_]+=\S+ )?(npx|npm|node) |^\$ /m);
});
