/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';
import config from '../jest.config';

/** `npm run test:quick`: what takes longest is left out, and that is said in the end. */
const LEFT_OUT = {
  'the trainings of the gate': ['gate/'],
  'the engines against PyTorch, tfjs and derived bounds': [
    'engine/oracles/',
    'engine/properties/',
    'train/oracle',
  ],
};

process.env.ASSAY_LEFT_OUT = `left out: ${Object.keys(LEFT_OUT).join('; ')}: npm test`;

const quick: Config = {
  ...config,
  rootDir: '..',
  testPathIgnorePatterns: Object.values(LEFT_OUT).flat(),
};

export default quick;
