import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The pages that people read: that links lead somewhere, also in the packed package, and that each page can be found. */

const ROOT = join(__dirname, '../..');
const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const FINDINGS = markdownIn('docs/findings');
const DOCS = markdownIn('docs');
const PAGES = [...markdownIn('.'), ...DOCS, ...FINDINGS];

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

test('every relative link leads to a file of the packed package, and to a heading in it', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const packed = files.map(({ path }) => path);
  const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, ...link })));
  const broken = links.filter(
    ({ path, anchor }) =>
      !packed.some((file) => file === path || file.startsWith(`${path}/`)) ||
      (anchor !== undefined &&
        !headingsOf(path, /^#+ (.*)$/gm)
          .map(anchorOf)
          .includes(anchor)),
  );
  expect(links.length).toBeGreaterThan(100);
  expect(broken).toEqual([]);
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

test.each(FINDINGS)('%s has its date, and the command that makes its figures', (page) => {
  expect(textOf(page)).toMatch(/^\d{4}-\d\d-\d\d( and \d\d)?[.,] /m);
  expect(textOf(page)).toMatch(/`([A-Z_]+=\S+ )?(npx|npm|node) |^\$ /m);
});
