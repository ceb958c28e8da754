import { InstalledPackage } from './installed';

let project: InstalledPackage;
beforeAll(async () => {
  project = await InstalledPackage.open();
});
afterAll(() => project.close());

/** Something that each entry point exports. */
const ENTRIES = {
  assay: ['loadExperiment', 'runExperiment'],
  'assay/judge': ['checkLogs', 'makeBands', 'readSource', 'compareRuns', 'equivalenceOf'],
  'assay/checkpoint': ['readStateDict', 'pthOf', 'encodeSafetensors'],
  'assay/random': ['Mt19937', 'randperm', 'initialParameters'],
  'assay/jest': ['matchers', 'goldenRun'],
  'assay/vitest': ['matchers', 'goldenRun'],
};

/** What takes long to load, or is not there in a browser: only what asks for it loads it. */
const HEAVY = /node_modules\/(@resvg|commander)\//;

test.each(Object.entries(ENTRIES))(
  '%s is loaded by require, without what it does not need',
  (entry, names) => {
    const code = `
    const entry = require('${entry}');
    const missing = ${JSON.stringify(names)}.filter((name) => entry[name] === undefined);
    const heavy = Object.keys(require.cache).filter((path) => ${HEAVY}.test(path));
    console.log(JSON.stringify({ missing, heavy }));`;
    expect(JSON.parse(project.run(process.execPath, ['-e', code]))).toEqual({ missing: [], heavy: [] });
  },
);

test.each(Object.entries(ENTRIES))('%s is loaded by import, with its names', async (entry, names) => {
  await project.write(
    'main.mjs',
    `import { ${names.join(', ')} } from '${entry}';\nconsole.log([${names.join(', ')}].includes(undefined));`,
  );
  expect(project.run(process.execPath, ['main.mjs'])).toBe('false\n');
});

test.each([
  ['node16', 'node16'],
  ['esnext', 'bundler'],
  ['commonjs', 'node10'],
])('strict TypeScript knows their types: module %s, resolution %s', async (module, moduleResolution) => {
  const imports = Object.entries(ENTRIES).map(([entry, names], i) => {
    const aliases = names.map((name) => `${name} as ${name}${i}`);
    return `import { ${aliases.join(', ')} } from '${entry}';\nvoid [${names.map((name) => `${name}${i}`).join(', ')}];`;
  });
  await project.write(
    'main.ts',
    `${imports.join('\n')}\nimport type { Run } from 'assay/judge';\nexport type It = Run['series'];\n`,
  );
  const compilerOptions = {
    ...{ module, moduleResolution, strict: true, noEmit: true, target: 'es2022', types: ['node', 'jest'] },
    ignoreDeprecations: '5.0',
  };
  await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  expect(project.run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'])).toBe('');
});

test('jest of a project uses the matchers', async () => {
  await project.write(
    'log.test.js',
    `require('assay/jest');
     const log = 'Train Epoch: 1 [0/60000 (0%)]\\tLoss: 2.302585\\n';
     test('a log of one line does not meet the spec', () => expect(log).not.toMeetSpec());`,
  );
  const args = ['node_modules/jest/bin/jest.js', '--rootDir', '.', '--testMatch', '**/log.test.js'];
  expect(() => project.run(process.execPath, args)).not.toThrow();
});
