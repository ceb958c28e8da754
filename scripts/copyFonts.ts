import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * `npm run build:fonts`: the letters of our pictures, with their licence. They are part of the package, as the one that they are from
 * has twenty more fonts.
 */
const FROM = dirname(require.resolve('dejavu-fonts-ttf/package.json'));
const TO = join(__dirname, '../dist/fonts');

mkdirSync(TO, { recursive: true });
for (const file of ['ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf', 'LICENSE'])
  copyFileSync(join(FROM, file), join(TO, file.replace('ttf/', '')));
