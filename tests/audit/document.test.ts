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
    [1, 'stands under no heading'],
    [19, expect.stringMatching(/expected a number/)],
    [20, 'stands in a run, and is no line of a log'],
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

test('a text without a run is refused', () => {
  expect(refusal(() => readText('Dear diary\n'))?.code).toBe('log-syntax');
});
