import { spawnSync } from 'node:child_process';

/** A Python that has some modules: `$ASSAY_PYTHON`, or `python3`; undefined where neither has. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const candidates = [process.env.ASSAY_PYTHON, 'python3', 'python'].filter((name) => name !== undefined);
  const code = `from importlib.util import find_spec; raise SystemExit(0 if all(map(find_spec, ${JSON.stringify(modules)})) else 1)`;
  return candidates.find((python) => spawnSync(python, ['-c', code]).status === 0);
}
