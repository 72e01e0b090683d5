import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts';
import { clean } from '../text.js';

use([
  BarChart,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  ScatterChart,
  SVGRenderer,
  TitleComponent,
  VisualMapComponent,
]);

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Description for screen readers. */
  readonly description: string;
  readonly option: EChartsOption;
}

/** The picture as SVG on white; equal pictures give equal text. */
export function renderSvg({ width, height, title, description, option }: Picture): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: 'sans-serif' },
      ...option,
    });
    return withLabels(stable(chart.renderToSVGString()), title, description);
  } finally {
    chart.dispose();
  }
}

/** Takes out what only a browser needs, and numbers ids from 0: the library counts through the process. */
function stable(svg: string): string {
  const ids = new Map<string, string>();
  return svg
    .replace(/<style[^>]*><!\[CDATA\[[\s\S]*?\]\]>\s*<\/style>\n?/, '')
    .replace(/ class="zr\d+-cls-\d+"/g, '')
    .replace(/ ecmeta_\w+="[^"]*"/g, '')
    .replace(/(\bid="|url\(#|href="#)(zr\d+-[a-z]+\d+)/g, (_, before: string, id: string) => {
      const name = ids.get(id) ?? `part-${ids.size}`;
      ids.set(id, name);
      return `${before}${name}`;
    });
}

const withLabels = (svg: string, title: string, description: string): string =>
  svg.replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg role="img" aria-label="${escapeXml(title)}" ${attributes}>\n` +
      `<title>${escapeXml(title)}</title>\n<desc>${escapeXml(description)}</desc>`,
  );

const escapeXml = (value: string): string =>
  clean(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
