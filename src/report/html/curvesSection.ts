import { chartSvg, CHART_TITLES, valueText } from './chart';
import { CHART_METRICS, type ChartMetric, type Curve, type Curves, type Layer, type View } from './curves';
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
  const present = new Set<Layer>(curves.learningRates.flatMap((of) => of.curves.map(({ layer }) => layer)));
  if (curves.learningRates.some(({ band }) => band.length > 0)) present.add('band');
  const layers = new Set(present);
  // Where the others are, there is not much else to be seen beside them.
  layers.delete('collapsed');
  const view: View = { hidden: new Set(), layers, scale: 'logarithmic' };
  const controls = html`<div class="controls">
    ${group(
      'Learning rate',
      curves.learningRates.map(({ lr }) => button('lr', String(lr), String(lr), true)),
    )}
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
  const charts = CHART_METRICS.map(
    (metric) =>
      html`<figure>
        <figcaption>${CHART_TITLES[metric]}</figcaption>
        <div class="chart" id="chart-${metric}">${chartSvg(curves, metric, view, WIDTH)}</div>
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
function dataTable({ learningRates }: Curves, metric: ChartMetric): Html {
  const columns = learningRates.flatMap(({ lr, curves }) =>
    curves
      .filter(({ layer }) => layer === 'reported' || layer === 'reproduced')
      .map((curve) => ({ lr, curve })),
  );
  const epochs = [...new Set(columns.flatMap(({ curve }) => curve[metric].map(([epoch]) => epoch)))];
  epochs.sort((a, b) => a - b);
  const cell = (curve: Curve, epoch: number): Html => {
    const point = curve[metric].find(([at]) => at === epoch);
    return html`<td>${point === undefined ? '–' : valueText(point[1], metric)}</td>`;
  };
  const header = columns.map(({ lr, curve }) => html`<th scope="col">lr ${lr}, ${curve.name}</th>`);
  const rows = epochs.map(
    (epoch) =>
      html`<tr>
        <th scope="row">${epoch}</th>
        ${columns.map(({ curve }) => cell(curve, epoch))}
      </tr> `,
  );
  return html`<details>
    <summary>These numbers as a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Table: ${CHART_TITLES[metric]}">
      <table class="numbers">
        <caption>
          ${CHART_TITLES[metric]}, by epoch and learning rate
        </caption>
        <thead>
          <tr>
            <th scope="col">epoch</th>
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
