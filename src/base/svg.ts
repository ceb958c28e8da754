import { dirname, join } from 'node:path';
import { AssayError } from './errors';
import { encodeGreyPng } from './png';

/** Pictures as SVG, and SVG as PNG that has the same bytes on every machine. */

export const FONT = 'DejaVu Sans';

/**
 * @param zoom pixels per unit of the SVG
 * @throws AssayError `pictures-unavailable` when the renderer is not installed for this machine.
 */
export async function svgToPng(svg: string, zoom = 1): Promise<Buffer> {
  // Loaded here, because only pictures need it, and it takes a while.
  const { Resvg } = await import('@resvg/resvg-js').catch(unavailable);
  const fontFolder = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const fontFiles = [join(fontFolder, 'DejaVuSans.ttf'), join(fontFolder, 'DejaVuSans-Bold.ttf')];
  // System fonts are off so that the picture looks the same on every machine.
  const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT };
  const fitTo = { mode: 'zoom' as const, value: zoom };
  return new Resvg(svg, { font, fitTo, background: 'white' }).render().asPng();
}

/** Its native part is an optional package of each platform. */
function unavailable(cause: unknown): never {
  const facts = {
    what: 'the renderer of pictures is not installed for this machine',
    where: '@resvg/resvg-js',
    hint: 'npm ci, without --omit=optional',
  };
  throw new AssayError('pictures-unavailable', facts, { cause });
}

export interface Bitmap {
  /** uint8 [height, width]; 0 is black. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** An `<image>` whose pixels are sharp squares of `scale` units. */
export function bitmapSvg({ pixels, height, width }: Bitmap, x: number, y: number, scale: number): string {
  const png = encodeGreyPng(pixels, height, width).toString('base64');
  return (
    `<image x="${x}" y="${y}" width="${width * scale}" height="${height * scale}" ` +
    `image-rendering="optimizeSpeed" href="data:image/png;base64,${png}"/>`
  );
}
