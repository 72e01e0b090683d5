'use client';

import { useComputedColorScheme } from '@mantine/core';
import { BarChart, HeatmapChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  ParallelComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import type { EChartsOption } from 'echarts';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { withPlainTooltips } from '../charts/plain';

use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  ParallelChart,
  ParallelComponent,
  ScatterChart,
  TooltipComponent,
  VisualMapComponent,
]);

interface ChartProps {
  /** Description for screen readers. */
  readonly label: string;
  readonly option: EChartsOption;
  readonly height?: number;
  /** Called with the name of the data under the pointer, or clicked. */
  readonly onPick?: (name: string) => void;
}

export function Chart({ label, option, height = 320, onPick }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const made = init(element.current, scheme === 'dark' ? 'dark' : undefined);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current as HTMLDivElement);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, [scheme]);

  useEffect(() => {
    chart.current?.setOption(
      { backgroundColor: 'transparent', ...withPlainTooltips(option) },
      { notMerge: true },
    );
  }, [option, scheme]);

  useEffect(() => {
    const made = chart.current;
    if (made === null || onPick === undefined) return;
    const pick = ({ name }: { readonly name: string }): void => onPick(name);
    made.on('click', pick);
    made.on('mouseover', pick);
    return () => {
      if (made.isDisposed()) return;
      made.off('click', pick);
      made.off('mouseover', pick);
    };
  }, [onPick, scheme]);

  return <div ref={element} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
