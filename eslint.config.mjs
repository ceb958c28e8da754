import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Where bits are decided, only these members of Math are allowed: IEEE 754 or integer arithmetic fixes their
 * result, or they are constants. All others (pow, exp, log, sin …) and `**` are approximations that differ between
 * JavaScript engines and versions.
 */
const EXACT_MATH = 'abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|[A-Z0-9_]+';

const INEXACT = [
  {
    selector: `MemberExpression[object.name="Math"]:not([computed=false][property.name=/^(${EXACT_MATH})$/])`,
    message: 'Not the same bits in every JavaScript engine (docs/numerics.md).',
  },
  {
    selector: ':not(MemberExpression) > Identifier[name="Math"]',
    message:
      'Math under another name escapes the check for inexact functions: write Math.sqrt(x) and the like.',
  },
  {
    selector: ':matches(BinaryExpression[operator="**"], AssignmentExpression[operator="**="])',
    message: '`**` is not the same in every JavaScript engine (docs/numerics.md).',
  },
];

/** Only the command line (and the benchmark, which is one too) talks to the terminal and ends the process. */
const TERMINAL = ['argv', 'exit', 'exitCode', 'stderr', 'stdout'].map((property) => ({
  object: 'process',
  property,
  message: 'Only src/cli and src/bench own the terminal and the exit code.',
}));

export default defineConfig(
  // AssemblyScript is its own language in the clothes of TypeScript: its compiler checks it, not tsc.
  { ignores: ['dist/', 'coverage/', 'runs/', 'src/engine/wasm/assembly/', 'src/base/validators.js'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // tsc reports these, and knows that {@link} is a use.
      '@typescript-eslint/no-unused-vars': 'off',
      // An implementation of an asynchronous interface need not have anything to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/bench/**'],
    rules: { 'no-console': 'error', 'no-restricted-properties': ['error', ...TERMINAL] },
  },
  {
    files: [
      'src/engine/**/*.ts',
      'src/pytorch/random/**/*.ts',
      'src/data/synthetic/**/*.ts',
      'src/data/synthetic*.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...INEXACT] },
  },
  {
    files: ['examples/**/*.test.js'],
    languageOptions: { globals: { __dirname: 'readonly', expect: 'readonly', test: 'readonly' } },
  },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { __dirname: 'readonly', require: 'readonly', module: 'writable', process: 'readonly' },
    },
  },
);
