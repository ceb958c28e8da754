import { columnsOf, wrapped, wrappedAt, wrappedHelp } from '../../src/cli/text';
import { coloursFor } from '../../src/cli/door';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { createProgram } from '../../src/cli/program';
import { textWidth } from '../../src/report/text/table';
import { Laboratory } from './laboratory';
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

test('the last column of a row is wrapped where it has room', () => {
  const row = '  holds        line 190  What happened: perfect balance';
  expect(wrappedAt(row, 51)).toBe(`  holds        line 190  What happened: perfect
                         balance`);
  expect(wrappedAt(row, 49)).toBe(row);
});

test('a number stays with its %, and a range in one piece', () => {
  expect(wrappedAt('they are 31 % to 49 % of all', 19)).toBe('they are 31 % to\n49 % of all');
  expect(wrappedAt('0.4 is outside of 0.2958 … 0.4228', 27)).toBe('0.4 is outside of\n0.2958 … 0.4228');
});

test('what fits no line is not torn from what is before it', () => {
  const hash = '0123456789'.repeat(4);
  expect(wrappedAt(`  SHA-256 ${hash} and so on`, 40)).toBe(`  SHA-256 ${hash}\n    and so on`);
});

test('an emoji takes two columns', () => {
  expect(wrappedAt('1234 ✅ 89', 10)).toBe('1234 ✅ 89');
  expect(wrappedAt('1234 ✅ 89', 9)).toBe('1234 ✅\n89');
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

describe('the width', () => {
  const PIPE = {};
  const widthWith = (stated: string, stream: { isTTY?: boolean; columns?: number }): number | undefined => {
    const before = process.env.COLUMNS;
    process.env.COLUMNS = stated;
    try {
      return columnsOf(stream);
    } finally {
      if (before === undefined) delete process.env.COLUMNS;
      else process.env.COLUMNS = before;
    }
  };

  test('is that of a terminal, whatever COLUMNS says', () => {
    expect(columnsOf({ isTTY: true, columns: 72 })).toBe(72);
    expect(widthWith('100', { isTTY: true, columns: 72 })).toBe(72);
  });

  test('of a pipe, and of a terminal that does not know it, is what COLUMNS says', () => {
    for (const stream of [PIPE, { columns: 72 }, { isTTY: true, columns: 0 }]) {
      expect(columnsOf(stream)).toBeUndefined();
      expect(widthWith('100', stream)).toBe(100);
      expect(widthWith('40', stream)).toBe(40);
    }
  });

  test.each(['', '0', '39', '-80', '80.5', '8e1', 'wide', ' 80'])('is not known by COLUMNS=%j', (stated) => {
    expect(widthWith(stated, PIPE)).toBeUndefined();
  });

  test('wraps text where it is known', () => {
    expect(wrapped(TEXT, { isTTY: true, columns: 40 })).toBe(wrappedAt(TEXT, 40));
    expect(wrapped(TEXT, { columns: 40 })).toBe(TEXT);
    expect(wrapped(TEXT, { isTTY: true, columns: 0 })).toBe(TEXT);
  });

  test('of a pipe is that of COLUMNS, in all that a command prints for people', async () => {
    const laboratory = await Laboratory.open();
    try {
      /** Of all lines but commands, which are to be copied. */
      const widest = async (
        args: readonly string[],
        environment?: Record<string, string>,
      ): Promise<number> => {
        const { stdout, stderr } = await laboratory.run(args, { environment });
        expect(stdout + stderr).not.toBe('');
        return textWidth((stdout + stderr).replace(/^ +\$ npx .*$/gm, ''));
      };
      const audit = ['audit', '--full'];
      expect(await widest(audit)).toBeGreaterThan(200);
      for (const args of [
        audit,
        ['audit', '--help'],
        ['audit', 'no such file of this name, which is rather long'],
      ])
        for (const columns of [60, 100]) {
          const width = await widest(args, { COLUMNS: String(columns) });
          expect({ args, columns, fits: width <= columns, width }).toEqual({
            args,
            columns,
            fits: true,
            width,
          });
        }
      const json = await laboratory.run(['audit', '--json'], { environment: { COLUMNS: '60' } });
      expect(json.stdout).toBe((await laboratory.run(['audit', '--json'])).stdout);
    } finally {
      await laboratory.close();
    }
  });
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
