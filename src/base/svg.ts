import { AssayError } from './errors';
import { packagePath } from './paths';
import { encodePng, type Bitmap } from './png';

/** Pictures as SVG, and SVG as PNG that has the same bytes on every machine. */

export const FONT = 'DejaVu Sans';

/**
 * @param zoom pixels per unit of the SVG
 * @throws AssayError `pictures-unavailable` when the renderer is not installed for this machine.
 */
export async function svgToPng(svg: string, zoom = 1): Promise<Buffer> {
  // Loaded here, because only pictures need it, and it takes a while.
  const { Resvg } = await import('@resvg/resvg-js').catch(unavailable);
  // The two that are needed of a package of 12 MB, put there by the build.
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => packagePath('dist/fonts', name));
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

/** As many as a picture has of an image: its colours, or one. */
export function channelsShown(channels: number): Bitmap['channels'] {
  return channels === 3 ? 3 : 1;
}

/**
 * How an image is shown: three channels are red, green and blue; one is ink on paper, as is the mean of any other number of them.
 *
 * @param image uint8 [channels, height, width]
 */
export function bitmapOf(image: Uint8Array, channels: number, height: number, width: number): Bitmap {
  const size = height * width;
  if (channelsShown(channels) === 3) {
    const pixels = Uint8Array.from({ length: 3 * size }, (_, k) => image[(k % 3) * size + Math.floor(k / 3)]);
    return { pixels, channels: 3, height, width };
  }
  const inkAt = (pixel: number): number => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += image[channel * size + pixel];
    return sum / channels;
  };
  return { pixels: Uint8Array.from({ length: size }, (_, k) => 255 - inkAt(k)), channels: 1, height, width };
}

/** An `<image>` whose pixels are sharp squares of `scale` units. */
export function bitmapSvg(bitmap: Bitmap, x: number, y: number, scale: number): string {
  const { height, width } = bitmap;
  const png = encodePng(bitmap).toString('base64');
  return (
    `<image x="${x}" y="${y}" width="${width * scale}" height="${height * scale}" ` +
    `image-rendering="optimizeSpeed" href="data:image/png;base64,${png}"/>`
  );
}
