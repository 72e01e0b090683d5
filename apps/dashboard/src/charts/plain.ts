import type { EChartsOption, TooltipComponentOption } from 'echarts';

/**
 * The same chart with tooltips that are drawn as text. By default they are HTML, and names of classes,
 * files and reasons come from others.
 */
export function withPlainTooltips(option: EChartsOption): EChartsOption {
  const { tooltip } = option;
  if (tooltip === undefined) return option;
  const plain = (one: TooltipComponentOption): TooltipComponentOption => ({ ...one, renderMode: 'richText' });
  return { ...option, tooltip: Array.isArray(tooltip) ? tooltip.map(plain) : plain(tooltip) };
}
