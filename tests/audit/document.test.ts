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
    [19, expect.stringMatching(/expected a number/)],
    [20, 'is in a run, but is not a line of a log'],
  ]);
  expect(document.lines[0].kind).toBe('claim');
  const [alone] = readText(`Foreword\n${lines.filter((text) => !text.startsWith('#')).join('\n')}`).document
    .lines;
  expect(alone).toMatchObject({ kind: 'not understood', reason: 'is under no heading' });
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

  test('between the heading of a run and its log, and below the log, stand sentences about it', () => {
    const one = LOG.slice(0, LOG.findIndex((line) => line.startsWith('Test')) + 1);
    const { document } = readText(['## LR = 0.01', 'It learns.', ...fenced(...one), 'It did.'].join('\n'));
    const sentences = document.lines.filter(({ kind }) => kind === 'claim');
    expect(sentences.map(({ text, conditions }) => [text, conditions])).toEqual([
      ['It learns.', { lr: 0.01 }],
      ['It did.', { lr: 0.01 }],
    ]);
    const bare = kindsIn('## LR = 0.01', 'It learns.', LOG[0], 'Killed', ...LOG.slice(1), 'It did.');
    expect(bare).toEqual([
      'heading',
      'claim',
      'run',
      'not understood',
      ...LOG.slice(1).map(() => 'run'),
      'claim',
    ]);
  });

  test('a sentence with the words of a line of the log is a sentence', () => {
    const lines = ['Using device: cuda we reached 99 %.', 'Saved the best of all, 99 %, to the table.'];
    expect(kindsIn('# Results', ...lines, ...fenced(...LOG)).slice(0, 3)).toEqual([
      'heading',
      'claim',
      'claim',
    ]);
    const log = ['12:00:01 INFO Using device: cpu', 'Saved training history to history.png'];
    expect(kindsIn('# Results', ...log, ...fenced(...LOG)).slice(0, 3)).toEqual(['heading', 'run', 'run']);
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

  test('in the section of the verdict, what is no line of its table is what it is elsewhere', () => {
    const table = ['| | lr=0.1 | lr=0.01 |', '|---|---|---|', '| Speed | Slow | Fast |'];
    expect(
      kindsIn('# Results', ...LOG, '# Verdict', ...table, ...fenced('Speed'), 'We reach 99 %.').slice(-8),
    ).toEqual([
      ...['heading', 'verdict', 'decoration', 'verdict'],
      ...['decoration', 'code', 'decoration', 'claim'],
    ]);
    const sentence = 'With lr=0.1 it is worse than with lr=0.01';
    expect(kindsIn('# Results', ...LOG, '# Verdict', sentence).slice(-1)).toEqual(['claim']);
  });
});

test('a text without a run is refused', () => {
  expect(refusal(() => readText('Dear diary\n'))?.code).toBe('log-syntax');
});
