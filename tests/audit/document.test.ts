import { findMisreadings, undoMisreadings } from '../../src/audit/macRoman';
import { readDocument } from '../../src/audit/document';
import { refusal } from '../refusal';
import { readText, REPORT, SETTINGS } from './judgedDocument';

const { document, runs } = readText(REPORT);

test('every line is accounted for, once', () => {
  expect(document.lines.map(({ line }) => line)).toEqual(
    REPORT.split('\n')
      .map((_, i) => i + 1)
      .slice(0, document.lines.length),
  );
  expect(document.lines).toHaveLength(308);
  const sum = Object.values(document.accounting).reduce((a, b) => a + b, 0);
  expect(sum).toBe(document.lines.length);
  expect(document.accounting).toEqual({
    run: 216,
    claim: 25,
    verdict: 5,
    table: 0,
    code: 0,
    heading: 7,
    decoration: 55,
    'not understood': 0,
  });
  expect(runs).toHaveLength(3);
});

test('what was mis-decoded is repaired, and it is said where', () => {
  expect(document.repairs.map(({ line, to }) => `${line} ${to}`)).toEqual([
    '96 →',
    '301 🎯',
    '303 ⭐',
    ...['304 🐌', '304 🚀', '304 ⚡'],
    ...['305 ✅', '305 ✅', '305 ❌'],
    ...['306 😊', '306 🎉', '306 😕'],
  ]);
  expect(document.repairs[0]).toMatchObject({ column: 36, from: '‚Üí' });
  expect(document.lines[95].text).toBe('- BUT improvement is small (95.86% → 98.57% over 5 epochs)');
});

test('the bytes of Mac Roman are those of the standard', () => {
  // Two bytes of each pair are the UTF-8 of one character, of which every second byte is one of Mac Roman's upper half.
  const macRoman = new TextDecoder('macintosh');
  for (let code = 0x80; code < 0x800; code++) {
    const written = new TextEncoder().encode(String.fromCodePoint(code));
    const read = macRoman.decode(written);
    expect(undoMisreadings(read, findMisreadings(read))).toBe(String.fromCodePoint(code));
  }
});

test.each(['Grüße an Zoë, naïve façade', '‚Ü', 'Ω ≈ 2 ç, √2 ∫', '🎯 → ✅', ''])(
  'what is right stays: %s',
  (text) => {
    expect(findMisreadings(text)).toEqual([]);
  },
);

test('lines that do not belong are not understood, with a reason', () => {
  const lines = REPORT.split('\n');
  lines.splice(17, 1, 'Train Epoch: 1 [0/60000 (0%)]   Loss: many', 'It rained that day.');
  const { document } = readText(`Foreword\n${lines.join('\n')}`);
  const strange = document.lines.filter(({ kind }) => kind === 'not understood');
  expect(strange.map(({ line, reason }) => [line, reason])).toEqual([
    [1, 'is under no heading'],
    [19, expect.stringMatching(/expected a number/)],
    [20, 'is in a run, but is not a line of a log'],
  ]);
});

test.each([
  ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['with CRLF that were made twice', (text: string) => text.replace(/$/gm, '\r\r')],
  ['with a byte order mark', (text: string) => `\ufeff${text}`],
])('a document %s is taken as the one without', (_, change) => {
  const changed = readText(change(REPORT));
  expect(changed.document).toEqual({ ...document, sha256: expect.any(String) as string });
  expect(changed.runs).toEqual(runs);
});

test('a transcript under a heading that names no learning rate is a transcript, and prose below it is prose', () => {
  const text = REPORT.replace('## LR = 0.001\n', '## Second\n');
  const other = readText(text);
  expect(other.document.accounting).toEqual(document.accounting);
  expect(other.document.lines[188]).toMatchObject({ kind: 'heading', text: '### Conclusion' });
  expect(other.document.lines[189]).not.toHaveProperty('conditions');
  const told = readDocument(Buffer.from(text), 'report', SETTINGS, ({ conditions }) => ({
    lr: 0.001,
    ...conditions,
  }));
  const ofRun = ({ line, kind }: { line: number; kind: string }): boolean => line > 102 && kind !== 'heading';
  expect(told.document.lines.filter(ofRun)).toEqual(document.lines.filter(ofRun));
});

describe('in Markdown', () => {
  const LOG = REPORT.split('\n').filter((line) => /^Train Epoch: 1 |^Test set/.test(line));
  const kindsIn = (...lines: readonly string[]): string[] =>
    readText(lines.join('\n')).document.lines.map(({ kind }) => kind);
  const fenced = (...lines: readonly string[]): string[] => ['```', ...lines, '```'];
  const ofLog = LOG.map(() => 'run');

  test('a fenced log is a log, and other fenced lines are code', () => {
    const code = ['~~~python', '# how it was trained', 'x = [1, 2]', '```', '~~~'];
    expect(kindsIn('# Results', 'We trained it.', ...fenced(...LOG), ...code, 'It learned.')).toEqual([
      ...['heading', 'claim', 'decoration', ...ofLog, 'decoration'],
      ...['decoration', 'code', 'code', 'code', 'decoration', 'claim'],
    ]);
  });

  test('in the log of a run, a fenced line that is none of a log is not understood; beside it, it is code', () => {
    expect(kindsIn('## LR = 0.01', ...fenced('$ python train.py'), ...fenced(...LOG, 'Killed'))).toEqual([
      ...['heading', 'decoration', 'code', 'decoration'],
      ...['decoration', ...ofLog, 'not understood', 'decoration'],
    ]);
  });

  test('a heading of a run counts within a fence, as it does for the log', () => {
    const { document, runs } = readText(fenced('## LR = 0.01', ...LOG).join('\n'));
    expect(document.lines[1]).toMatchObject({ kind: 'heading', conditions: { lr: 0.01 } });
    expect(runs[0].conditions).toEqual({ lr: 0.01 });
  });

  test('a fence that nothing closes goes on to the end', () => {
    expect(kindsIn('# A', ...LOG, '````', '```', 'x', '| a | b |', '|-:|-:|').slice(-5)).toEqual([
      ...['decoration', 'code', 'code', 'code', 'code'],
    ]);
  });

  test('rows of a table are no sentences; its columns have a heading', () => {
    const table = ['| lr | accuracy |', '| :-- | --: |', '| 0.01 | 98.5 |', '0.1 | 97.2'];
    const around = ['They differ: a | b.', '', '---', 'So it is.'];
    expect(kindsIn('# Results', ...LOG, ...table, ...around)).toEqual([
      ...['heading', ...ofLog, 'heading', 'decoration', 'table', 'table'],
      ...['table', 'decoration', 'decoration', 'claim'],
    ]);
  });

  test('in the section of the verdict all stays what it was', () => {
    const table = ['| | lr=0.1 | lr=0.01 |', '|---|---|---|', '| Speed | Slow | Fast |'];
    expect(kindsIn('# Results', ...LOG, '# Verdict', ...table, ...fenced('Speed')).slice(-7)).toEqual([
      ...['heading', 'verdict', 'decoration', 'verdict'],
      ...['decoration', 'verdict', 'decoration'],
    ]);
  });
});

test('a text without a run is refused', () => {
  expect(refusal(() => readText('Dear diary\n'))?.code).toBe('log-syntax');
});
