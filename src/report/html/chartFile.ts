import { chartSvg, layoutOf } from './chart';
import type { ChartMetric, Curves, Layer, View } from './curves';
import { html, type Html } from './markup';
import { LAYER_NAMES, LAYERS, swatch } from './swatch';

const WIDTH = 1000;
const MARGIN = 16;
const HEAD = 56;
/** Of a sign in the legend, about, in pixels. */
const SIGN = 7;

/** A chart that stands for itself: with its title, and a legend of the marks that are drawn. */
export function chartFile(curves: Curves, metric: ChartMetric, view: View): Html {
  const height = layoutOf(curves, metric, view, WIDTH).height + HEAD + 2 * MARGIN;
  const width = WIDTH + 2 * MARGIN;
  let x = 0;
  const legend = layersIn(curves, metric, view).map((layer) => {
    const at = x;
    x += 22 + 6 + SIGN * LAYER_NAMES[layer].length + 18;
    return html`${swatch(layer, at, 28)}<text x="${at + 28}" y="38">${LAYER_NAMES[layer]}</text>`;
  });
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
  >
    <rect class="background" width="100%" height="100%" />
    <svg x="${MARGIN}" y="${MARGIN}" width="${WIDTH}" height="${HEAD}">
      <text class="setting" x="0" y="14">${metric.title} by ${metric.axis}</text>
      ${legend}
    </svg>
    <svg x="${MARGIN}" y="${HEAD + MARGIN}">${chartSvg(curves, metric, view, WIDTH)}</svg>
  </svg>`;
}

/** What is drawn: shown, and there for this metric. */
function layersIn({ settings }: Curves, { name }: ChartMetric, { hidden, layers }: View): Layer[] {
  const shown = settings.filter(({ key }) => !hidden.has(key));
  return LAYERS.filter(
    (layer) =>
      layers.has(layer) &&
      shown.some(({ curves, band }) =>
        layer === 'band'
          ? (band[name] ?? []).length > 0
          : curves.some((curve) => curve.layer === layer && curve.series[name].length > 0),
      ),
  );
}
