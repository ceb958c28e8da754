import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit } from '../../src/audit';
import { auditor, printedLines, REPORT, sentencesOf, sentencesTable, type Sentence } from './sentences';

let audit: (text: string) => Audit;
let sentences: Sentence[];
beforeAll(async () => {
  audit = await auditor();
  sentences = sentencesOf(audit(REPORT));
});

test('the table of docs/findings/audit-sentences.md is that of the command', () => {
  const docs = readFileSync(join(__dirname, '../../docs/findings/audit-sentences.md'), 'utf8');
  expect(docs).toContain(sentencesTable(audit(REPORT)).join('\n'));
});

test('each sentence has a document for which it is not printed, but for what says how to read', () => {
  const always = sentences.filter(({ unless }) => unless === undefined);
  expect(always.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^✓ agrees with/),
    expect.stringMatching(/^Where: /),
    expect.stringMatching(/^Below: /),
  ]);
});

test('a sentence is not printed for a document from which it does not follow', () => {
  const printed = new Map<string, string[]>();
  const stillThere = sentences.flatMap(({ text, unless }) => {
    if (unless === undefined) return [];
    const changed = unless.change(REPORT);
    expect(changed).not.toBe(REPORT);
    if (!printed.has(changed)) printed.set(changed, printedLines(audit(changed)));
    return printed.get(changed)?.includes(text) ? [`${unless.words}: ${text}`] : [];
  });
  expect(stillThere).toEqual([]);
});
