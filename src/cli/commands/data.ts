import { Argument, type Command } from '@commander-js/extra-typings';
import { sizeText } from '../../data/dataset';
import { isKnownName, KNOWN_NAMES, PUBLISHED, SOURCES_TEXT } from '../../data/names';
import type { Place, StoredDataSet } from '../../data/inventory';
import { AssayError } from '../../base/errors';
import { writeFileAtomic } from '../../base/files';
import { printJson } from '../json';
import { printNote, printText } from '../text';
import { jsonOption, loadData } from '../training';

const SHEET = `npx assay data list ${PUBLISHED} --sheet digits.png`;

/** `assay data …`: what there is to train on, and whether it is what it should be. */
export function addDataCommand(program: Command): void {
  const data = program.command('data').description('list, fetch and verify the data sets');

  data
    .command('list')
    .description('show where data sets are looked for, and what is there')
    .argument('[source]', `only this one: ${SOURCES_TEXT}`)
    .option(
      '--sheet <file>',
      'write a contact sheet of the data set: a PNG of the first images of each class',
    )
    .addOption(jsonOption)
    .addHelpText('after', `\nExample:\n  $ ${SHEET}`)
    .action(async (source, { sheet, json }) => {
      if (source === undefined && sheet !== undefined) {
        throw new AssayError('usage', {
          what: 'a contact sheet needs a data set and a file',
          where: 'assay data list',
          hint: SHEET,
        });
      }
      if (source !== undefined && sheet !== undefined) return writeSheet(source, sheet);
      // A folder is no place that is looked at unasked.
      if (source !== undefined && !isKnownName(source)) return printVerified(source, json === true);
      const { listDataSets, remedyOf } = await import('../../data/inventory.js');
      const places = (await listDataSets()).filter(({ name }) => source === undefined || name === source);
      if (json) printJson(places.map(placeAsJson));
      else printText(() => places.map((place) => placeAsText(place, remedyOf(place.name))).join(''));
    });

  data
    .command('fetch')
    .description(
      'put data sets into the cache folder: what is published is downloaded, the synthetic digits are drawn',
    )
    .addArgument(new Argument('[source]', 'only this one').choices(KNOWN_NAMES))
    .addHelpText('after', `\nExample:\n  $ npx assay data fetch ${PUBLISHED}`)
    .action(async (source) => {
      for (const name of source === undefined ? KNOWN_NAMES.toReversed() : [source]) {
        await loadData(name);
        await printVerified(name, false);
      }
    });

  data
    .command('verify')
    .description('read every byte of a data set, and compare its SHA-256 with the known one')
    .argument('[source]', SOURCES_TEXT, PUBLISHED)
    .addOption(jsonOption)
    .addHelpText('after', `\nExample:\n  $ npx assay data verify ${PUBLISHED}`)
    .action((source, { json }) => printVerified(source, json === true));
}

async function writeSheet(source: string, file: string): Promise<void> {
  const { contactSheet } = await import('../../data/contactSheet.js');
  await writeFileAtomic(file, await contactSheet(await loadData(source)));
  printNote(`written to ${file}`);
}

async function printVerified(source: string, json: boolean): Promise<void> {
  const { verifyDataSet } = await import('../../data/inventory.js');
  const stored = await verifyDataSet(source);
  if (json) printJson(stored);
  else printText(() => storedAsText(stored));
}

function placeAsText({ name, folder, stored, problem }: Place, remedy: string): string {
  if (stored !== undefined) return storedAsText(stored);
  if (problem !== undefined)
    return `${name}: cannot be used, in ${folder}\n  ${problem.message.replaceAll('\n', '\n  ')}\n`;
  return `${name}: not in ${folder}; it is ${remedy} when it is needed, or by \`assay data fetch ${name}\`\n`;
}

function storedAsText(stored: StoredDataSet): string {
  const { name, folder, sha256, trainCount, testCount } = stored;
  const counts = `${trainCount} training and ${testCount} test images of ${sizeText(stored)}`;
  return `${name}: ${counts}, in ${folder}\n  SHA-256 ${sha256}\n`;
}

function placeAsJson({ name, folder, stored, problem }: Place): unknown {
  return { name, folder, stored, problem: problem && { code: problem.code, ...problem.facts } };
}
