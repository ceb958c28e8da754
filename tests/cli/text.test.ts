import { wrapped, wrappedAt, wrappedHelp } from '../../src/cli/text';
import { coloursFor } from '../../src/cli/door';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { createProgram } from '../../src/cli/program';
import { stripVTControlCharacters } from 'node:util';
import { fc, test as property } from '@fast-check/jest';

const TEXT = `pass: a.log
  bands       pass: lr 0.001: band of 60 runs, 98.4 % of new runs pass
  - what is said of a list, and goes on for a while
  expected: lines that start with what is expected of them
`;

test('words are wrapped under their label', () => {
  expect(wrappedAt(TEXT, 40)).toBe(`pass: a.log
  bands       pass: lr 0.001: band of 60
              runs, 98.4 % of new runs
              pass
  - what is said of a list, and goes on
    for a while
  expected: lines that start with what
            is expected of them
`);
});

test('what is to be copied, and a row of a table, stay whole', () => {
  const lines = [
    '  to reproduce it:  npx assay run --lr 0.001 --seed 1 --engine native --until-step 3',
    '  hint:     npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0',
    '0.0001      1    29  0.1386 ✓  +0.08   63 %   9586 ✓  95.86 ✓  -0.06   38 %',
    'Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.337956 and more of that sort',
  ];
  for (const line of lines) expect(wrappedAt(line, 40)).toBe(line);
});

test('colours take no width', () => {
  const before = { ...process.env };
  try {
    delete process.env.NO_COLOR;
    const { green, dim } = coloursFor({ isTTY: true });
    const coloured = TEXT.replace('pass: lr', `${green('pass')}: lr`).replace(/^ {2}- .*$/m, (line) =>
      dim(line),
    );
    expect(coloured).not.toBe(TEXT);
    expect(stripVTControlCharacters(wrappedAt(coloured, 40))).toBe(wrappedAt(TEXT, 40));
  } finally {
    process.env = before;
  }
});

property.prop([
  fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
  fc.integer({ min: 30, max: 90 }),
])('no line is wider than the terminal, and no word is lost', (words, columns) => {
  const text = `  ${words.join(' ')}`;
  const lines = wrappedAt(text, columns).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text.trim());
});

test('only for a terminal that knows its width', () => {
  expect(wrapped(TEXT, { isTTY: true, columns: 40 })).toBe(wrappedAt(TEXT, 40));
  expect(wrapped(TEXT, { columns: 40 })).toBe(TEXT);
  expect(wrapped(TEXT, { isTTY: true, columns: 0 })).toBe(TEXT);
});

describe('a help', () => {
  test('is wrapped at the width of its terminal, and at 80 where that is not known', () => {
    const text = `${'word '.repeat(40).trimEnd()}.\n`;
    const longest = (help: string): number => Math.max(...help.split('\n').map(({ length }) => length));
    expect(longest(wrappedHelp(text, { isTTY: true, columns: 60 }))).toBe(59);
    for (const stream of [{}, { isTTY: false, columns: 60 }, { isTTY: true, columns: 0 }])
      expect(longest(wrappedHelp(text, stream))).toBe(79);
  });

  test('of every command has no line over 80 columns but those to be copied, and no broken paragraph', () => {
    const commandsOf = (command: CommandUnknownOpts): CommandUnknownOpts[] => [
      command,
      ...command.commands.flatMap(commandsOf),
    ];
    for (const command of commandsOf(createProgram())) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      const wide = wrappedHelp(help, {})
        .split('\n')
        .filter((line) => line.length > 80 && !line.includes('npx '));
      expect({ command: command.name(), wide }).toEqual({ command: command.name(), wide: [] });
      const epilogue = help.slice(help.indexOf('-h, --help'));
      // A line of prose that the next one goes on with.
      expect(epilogue).not.toMatch(/^[A-Za-z][^\n]*[^.:\n]\n[A-Za-z]/m);
    }
  });
});
