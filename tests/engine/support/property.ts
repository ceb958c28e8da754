import { fc } from '@fast-check/jest';

/**
 * Every property prints its seed in its title. A failure says how to run its one counter-example again:
 *
 *   ASSAY_FC_SEED=… ASSAY_FC_PATH=… npx jest tests/engine/properties/bits.test.ts -t 'its title'
 *
 * The path belongs to one property, hence the `-t`.
 */
const { ASSAY_FC_SEED, ASSAY_FC_PATH, ASSAY_FC_END_ON_FAILURE } = process.env;

fc.configureGlobal({
  ...(ASSAY_FC_SEED === undefined ? {} : { seed: Number(ASSAY_FC_SEED) }),
  ...(ASSAY_FC_PATH === undefined ? {} : { path: ASSAY_FC_PATH }),
  // `npm run test:mutants` asks whether a test fails, not for the smallest example.
  endOnFailure: ASSAY_FC_END_ON_FAILURE === '1',
  includeErrorInReport: true,
  // A machine too slow for all examples is told so; a search for a smaller counter-example ends with the one it has.
  interruptAfterTimeLimit: 100_000,
  markInterruptAsFailure: true,
  reporter: (details) => {
    if (!details.failed) return;
    const { seed, counterexamplePath } = details;
    const replay =
      counterexamplePath === null ? '' : `ASSAY_FC_SEED=${seed} ASSAY_FC_PATH=${counterexamplePath} `;
    throw new Error(
      `${fc.defaultReportMessage(details)}\n\nAgain: ${replay}npx jest <this file> -t '<this title>'`,
    );
  },
});

export { fc, test as property } from '@fast-check/jest';
