import { capitalised } from '../words';
import { chartSvg, valueText } from './chart';
import type { ChartMetric, Curve, Curves, Layer, View } from './curves';
import { html, type Html } from './markup';
import { jsonElement, type Section } from './page';

/** Of the charts before the script has measured the page. */
const WIDTH = 1000;

const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  reported: 'reported',
  reproduced: 'reproduced',
  band: 'band of our seeds',
  seeds: 'our seeds',
  collapsed: 'collapsed seeds',
};
const LAYERS = Object.keys(LAYER_NAMES) as Layer[];

/** The curves, what shows and hides them, and their numbers as tables. */
export function curvesSection(curves: Curves, words: Html): Section {
  const present = new Set<Layer>(curves.settings.flatMap((of) => of.curves.map(({ layer }) => layer)));
  const hasBand = curves.settings.some(({ band }) => Object.values(band).some(({ length }) => length > 0));
  if (hasBand) present.add('band');
  const layers = new Set(present);
  // Where the others are, there is not much else to be seen beside them.
  layers.delete('collapsed');
  const view: View = { hidden: new Set(), layers, scale: 'logarithmic' };
  const controls = html`<div class="controls">
    ${
      curves.title === ''
        ? undefined
        : group(
            capitalised(curves.title),
            curves.settings.map(({ key, name }) => button('setting', key, name, true)),
          )
    }
    ${group(
      'Show',
      LAYERS.filter((layer) => present.has(layer)).map((layer) =>
        button('layer', layer, LAYER_NAMES[layer], layers.has(layer), swatch(layer)),
      ),
    )}
    ${group(
      'Scale',
      (['logarithmic', 'linear'] as const).map((scale) =>
        button('scale', scale, scale, scale === view.scale),
      ),
    )}
  </div>`;
  const charts = curves.metrics.map(
    (metric) =>
      html`<figure>
        <figcaption>${metric.title}</figcaption>
        <div class="chart" id="chart-${metric.id}">${chartSvg(curves, metric, view, WIDTH)}</div>
        ${dataTable(curves, metric)}
      </figure> `,
  );
  const body = html`${words} ${controls} ${charts} ${jsonElement('curves', curves)}`;
  return { id: 'curves-section', title: 'Curves', body };
}

function group(name: string, buttons: readonly Html[]): Html {
  return html`<div role="group" aria-label="${name}">
    <span class="name" aria-hidden="true">${name}</span>${buttons}
  </div>`;
}

function button(kind: string, value: string, text: string, pressed: boolean, before?: Html): Html {
  return html`<button type="button" data-kind="${kind}" value="${value}" aria-pressed="${String(pressed)}">
    ${before}${text}
  </button>`;
}

/** What the curves look like. */
function swatch(layer: Layer): Html {
  const mark = {
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
    seeds: html`<path class="curve seeds" d="M0 9L8 5L15 7L22 3" />`,
    collapsed: html`<path class="curve collapsed" d="M0 4L22 8" />`,
  }[layer];
  return html`<svg class="swatch" width="22" height="12" viewBox="0 0 22 12" aria-hidden="true">
    ${mark}
  </svg>`;
}

/** The main curves' numbers, for those who do not see the chart, or want to know exactly. */
function dataTable({ settings, title }: Curves, metric: ChartMetric): Html {
  const columns = settings.flatMap(({ key, curves }) =>
    curves
      .filter(({ layer }) => layer === 'reported' || layer === 'reproduced')
      .map((curve) => ({ key, curve })),
  );
  const places = [
    ...new Set(columns.flatMap(({ curve }) => curve.series[metric.name].map(([place]) => place))),
  ];
  places.sort((a, b) => a - b);
  const cell = (curve: Curve, place: number): Html => {
    const point = curve.series[metric.name].find(([at]) => at === place);
    return html`<td>${point === undefined ? '–' : valueText(point[1], metric)}</td>`;
  };
  const header = columns.map(
    ({ key, curve }) => html`<th scope="col">${key === '' ? '' : `${key}, `}${curve.name}</th>`,
  );
  const rows = places.map(
    (place) =>
      html`<tr>
        <th scope="row">${place}</th>
        ${columns.map(({ curve }) => cell(curve, place))}
      </tr> `,
  );
  return html`<details>
    <summary>These numbers as a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Table: ${metric.title}">
      <table class="numbers">
        <caption>
          ${metric.title}, by ${metric.axis}${title === '' ? '' : ` and ${title}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">${metric.axis}</th>
            ${header}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** Of the words above the curves. */
export function panelsText({ title }: Curves): string {
  return title === '' ? 'One panel for each metric.' : `One panel for each ${title}, with a common axis.`;
}
