import type { EChartsOption, TooltipComponentOption } from 'echarts';

/**
 * Makes a chart draw its tooltips as text. By default they are HTML, but names of classes,
 * files and reasons come from untrusted data.
 */
export function withPlainTooltips(option: EChartsOption): EChartsOption {
  const { tooltip } = option;
  if (tooltip === undefined) return option;
  const plain = (one: TooltipComponentOption): TooltipComponentOption => ({ ...one, renderMode: 'richText' });
  return { ...option, tooltip: Array.isArray(tooltip) ? tooltip.map(plain) : plain(tooltip) };
}
