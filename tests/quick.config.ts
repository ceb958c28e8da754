/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import config from '../jest.config';

/** `npm run test:quick`: what takes longest is left out, and that is said in the end. */
const LEFT_OUT = {
  'the trainings of the gate': ['tests/gate/'],
  'the engines against PyTorch, tfjs and each other': [
    'engine/oracles/',
    'engine/properties/',
    'train/oracle',
  ],
  'whole data sets': ['data/load', 'cli/data'],
  'the streams of PyTorch, over whole epochs': ['pytorch/random/streams'],
  'runs at the command line': [
    ...['cli/run', 'cli/golden', 'cli/eval', 'cli/verify', 'cli/alternatives'],
    ...['cli/findSeed', 'cli/reproduce'],
  ],
  'what is done to logs and reports, one change after another': ['cli/audit', 'judge/corruptions'],
  'pages in a browser': ['report/html/', 'tests/web/'],
  'the simulation of bands': ['judge/bands', 'judge/lossBand'],
  'sweeps and queues that are killed and go on': ['cli/sweep', 'cli/worker', 'cli/disturbed', 'jobs/queue'],
  'the rules of lint': ['architecture/lint'],
};

process.env.ASSAY_LEFT_OUT = `left out: ${Object.keys(LEFT_OUT).join('; ')}; npm test has it all`;

const quick: Config = {
  ...config,
  // Quiet, but for what fails.
  reporters: [['<rootDir>/tests/closing-line-reporter.cjs', { failures: true }]],
  rootDir: '..',
  testPathIgnorePatterns: Object.values(LEFT_OUT).flat(),
};

export default quick;
