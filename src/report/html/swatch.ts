import type { Layer } from './curves';
import { html, type Html } from './markup';

export const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  reported: 'reported',
  reproduced: 'reproduced',
  band: 'band of our seeds',
  median: 'median of our seeds',
  seeds: 'our seeds',
  collapsed: 'collapsed seeds',
};

/** All layers, as a legend has them. */
export const LAYERS = Object.keys(LAYER_NAMES) as Layer[];

/** The mark that a layer is drawn with, for a legend; at a place within another SVG. */
export function swatch(layer: Layer, x = 0, y = 0): Html {
  return html`<svg
    class="swatch"
    x="${x}"
    y="${y}"
    width="22"
    height="12"
    viewBox="0 0 22 12"
    aria-hidden="true"
  >
    ${MARKS[layer]}
  </svg>`;
}

const MARKS: Readonly<Record<Layer, Html>> = {
  reported: html`<path class="curve reported" d="M0 6H22" /><circle
      class="point reported"
      cx="11"
      cy="6"
      r="3.5"
    />`,
  reproduced: html`<path class="curve reproduced" d="M0 6H22" /><rect
      class="point reproduced"
      x="7.5"
      y="2.5"
      width="7"
      height="7"
    />`,
  band: html`<rect class="band" x="0" y="0" width="22" height="12" />`,
  median: html`<path class="curve median" d="M0 6H22" />`,
  seeds: html`<path class="curve seeds" d="M0 10L11 6L22 8M0 8L11 4L22 3M0 6L11 5L22 5" />`,
  collapsed: html`<path class="curve collapsed" d="M0 4L22 3M0 8L22 9" />`,
};
