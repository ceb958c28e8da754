import { capitalised } from '../words';
import { chartSvg, valueText } from './chart';
import { MAIN_LAYERS, type ChartMetric, type Curve, type Curves, type Layer, type View } from './curves';
import { html, type Html } from './markup';
import { jsonElement, type Section } from './page';
import { LAYER_NAMES, LAYERS, swatch } from './swatch';

/** Of the charts before the script has measured the page. */
const WIDTH = 1000;

/** The curves, what shows and hides them, and their numbers as tables. */
export function curvesSection(curves: Curves, words: Html): Section {
  const present = new Set<Layer>(curves.settings.flatMap((of) => of.curves.map(({ layer }) => layer)));
  const hasBand = curves.settings.some(({ band }) => Object.values(band).some(({ length }) => length > 0));
  if (hasBand) present.add('band');
  const layers = new Set(present);
  // Where the others are, there is not much else to be seen beside them.
  layers.delete('collapsed');
  const view: View = { hidden: new Set(), layers, scale: 'logarithmic' };
  const controls = html`<div class="controls curves-controls">
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
        <div class="caption">
          <figcaption>${metric.title}</figcaption>
          ${download(metric, 'svg')}${download(metric, 'csv')}
        </div>
        <div class="chart" id="chart-${metric.id}">${chartSvg(curves, metric, view, WIDTH)}</div>
        ${dataTable(curves, metric)}
      </figure> `,
  );
  const body = html`${words} ${seedsText(curves)} ${controls} ${charts} ${jsonElement('curves', curves)}`;
  return { id: 'curves-section', title: 'Curves', body };
}

/** How many seeds the median and the band are of, and that not all of them are drawn where they are many. */
function seedsText({ settings }: Curves): Html | undefined {
  const each = settings.flatMap(({ title, seeds: { learned, collapsed, drawn } }) => {
    const all = learned + collapsed;
    if (all === 0) return [];
    const others = collapsed === 0 ? '' : ` that learned, ${collapsed} that collapsed`;
    const fewer = drawn === all ? '' : ` (${drawn} of them drawn)`;
    return [`${title === '' ? '' : `${title}: `}${learned}${others}${fewer}`];
  });
  if (each.length === 0) return undefined;
  const hasCollapsed = settings.some(({ seeds }) => seeds.collapsed > 0);
  return html`<p>
    Our seeds: ${each.join('; ')}.${hasCollapsed ? ' The median is that of those that learned.' : ''}
  </p>`;
}

/** The script makes the file, as the chart is shown. */
function download({ id, title }: ChartMetric, format: 'svg' | 'csv'): Html {
  const name = format.toUpperCase();
  return html`<button
    type="button"
    class="download"
    data-chart="${id}"
    data-format="${format}"
    aria-label="${title}: download as ${name}"
    hidden
  >
    ${name}
  </button>`;
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

/** The main curves' numbers, for those who do not see the chart, or want to know exactly. */
function dataTable({ settings, title }: Curves, metric: ChartMetric): Html {
  const columns = settings.flatMap(({ key, curves }) =>
    curves.filter(({ layer }) => MAIN_LAYERS.includes(layer)).map((curve) => ({ key, curve })),
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
