import { join } from 'node:path';
import { fits, type Fault } from './fault';
import { runTests } from './jest';
import { PrivateCopy } from './privateCopy';
import { FAULTS } from './table';

/**
 * `npm run test:mutants [-- parts of names]`: makes each fault of the table in a private copy, one at a time, and shows which test
 * catches it. Exit code 1 when one survives, or when the table no longer fits the code. See docs/mutants.md.
 */
const SOURCE = join(__dirname, '../..');

async function main(parts: readonly string[]): Promise<void> {
  const faults = FAULTS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  if (faults.length === 0) throw new Error(`no fault has ${parts.join(' or ')} in its name`);
  const misfits = faults.filter((fault) => !fits(fault, SOURCE));
  for (const { name, file } of misfits) console.log(`no longer fits the code: ${name} (${file})`);
  if (misfits.length > 0) throw new Error(`${misfits.length} faults do not fit the code`);

  const copy = await PrivateCopy.make(SOURCE);
  process.once('SIGINT', () => {
    void copy.remove().finally(() => process.exit(130));
  });
  try {
    const { failed, trouble } = await runTests(copy.root, [...new Set(faults.flatMap(({ tests }) => tests))]);
    if (failed !== undefined) throw new Error(`without any fault, this test fails: ${failed}`);
    if (trouble !== undefined) throw new Error(`without any fault, jest ends with: ${trouble}`);
    let survivors = 0;
    for (const fault of faults) {
      const caughtBy = await catcherOf(fault, copy);
      if (caughtBy === undefined) survivors++;
      console.log(
        `${fault.name} (${fault.file})\n    ${caughtBy === undefined ? 'SURVIVED' : `← ${caughtBy}`}`,
      );
    }
    console.log(`${faults.length - survivors} caught, ${survivors} survived`);
    if (survivors > 0) process.exitCode = 1;
  } finally {
    await copy.remove();
  }
}

async function catcherOf(fault: Fault, copy: PrivateCopy): Promise<string | undefined> {
  const { failed, trouble } = await copy.with(fault, () => runTests(copy.root, fault.tests));
  if (trouble !== undefined) console.log(`no test failed, but jest ended with: ${trouble}`);
  return failed;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
