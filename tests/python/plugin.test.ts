import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { say } from '../say';
import { pythonWith } from './python';

/** The plugin for pytest, by its own tests. */

const FOLDER = resolve(__dirname, '../../python');

const python = pythonWith('pytest');
if (python === undefined) {
  void say('not tested: the plugin for pytest, as neither $ASSAY_PYTHON nor python3 has pytest');
}

(python === undefined ? test.skip : test)(
  "the plugin's own tests pass",
  () => {
    const options = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests'];
    const env = { ...process.env, PYTHONPATH: join(FOLDER, 'src'), PYTHONDONTWRITEBYTECODE: '1' };
    const { status, stdout, stderr } = spawnSync(python ?? '', options, {
      cwd: FOLDER,
      env,
      encoding: 'utf8',
    });
    // With what pytest says, as that is what one wants to read.
    expect({ status, said: stdout + stderr }).toEqual({
      status: 0,
      said: expect.stringMatching(/^\d+ passed in/m) as string,
    });
  },
  600_000,
);
