import { textOfFile, type LogFile } from './format';
import { linesOf } from './lines';
import type { RunBuilder } from './runBuilder';

/** The lines `name: value` of a YAML file, such as Lightning's hparams.yaml; what lies deeper is not looked at. */
export function settingsOf(file: LogFile): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [line] of linesOf(textOfFile(file))) {
    const colon = line.indexOf(': ');
    if (colon <= 0 || /^[\s#-]/.test(line)) continue;
    const value = line.slice(colon + 2).trim();
    if (value !== '') settings.set(line.slice(0, colon), value.replace(/^'(.*)'$|^"(.*)"$/, '$1$2'));
  }
  return settings;
}

/** What the hparams.yaml beside a log says, where there is one. */
export function addHparams(builder: RunBuilder, files: readonly LogFile[], folder: string): void {
  const file = files.find(({ name }) => name === `${folder}${HPARAMS}`);
  if (file !== undefined) for (const [name, value] of settingsOf(file)) builder.setting(name, value);
}

export const HPARAMS = 'hparams.yaml';
