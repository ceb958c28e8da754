import { appendFile } from 'node:fs/promises';

/** What is to stand at the end of all tests; the reporter prints it there. */
export async function say(text: string): Promise<void> {
  const { ASSAY_CLOSING_WORDS: path } = process.env;
  if (path === undefined) console.log(text);
  else await appendFile(path, `${text}\n`);
}
