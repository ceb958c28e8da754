import { AssayError } from '../../base/errors';
import { loadAddon } from './addon';

/** The vector widths, in floats, in which this machine can run the native engine; none where it was not built. */
export function nativeWidths(): readonly number[] {
  return loadAddon()?.widths() ?? [];
}

/**
 * The width in which it runs: the greatest, or what ASSAY_NATIVE_WIDTH says. Undefined where there is no native engine.
 *
 * @throws AssayError `engine-unavailable` when that is not one of this machine's
 */
export function nativeWidth(): number | undefined {
  const widths = nativeWidths();
  const wanted = process.env.ASSAY_NATIVE_WIDTH;
  if (wanted === undefined || widths.length === 0) return widths.at(-1);
  const width = widths.find((candidate) => String(candidate) === wanted);
  if (width !== undefined) return width;
  throw new AssayError('engine-unavailable', {
    what: 'ASSAY_NATIVE_WIDTH asks for vectors that this processor does not have',
    expected: widths.join(', '),
    got: wanted,
  });
}
