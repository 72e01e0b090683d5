'use client';

import { SegmentedControl, Select, SimpleGrid, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Curve, Study, Trial } from '../api';
import {
  curveOption,
  heatOption,
  metricNames,
  paretoOption,
  parallelOption,
  timelineOption,
  type CurveMetric,
} from '../charts/options';
import { Chart } from './Chart';
import { Section } from './Section';

interface StudyChartsProps {
  readonly study: Study;
  readonly trials: readonly Trial[];
  readonly curves: readonly Curve[];
}

export function StudyCharts({ study, trials, curves }: StudyChartsProps) {
  const scheme = useComputedColorScheme('light');
  const [metric, setMetric] = useState<CurveMetric>('validationAccuracy');
  const backbones = [...new Set(trials.filter(({ number }) => number >= 0).map(({ backbone }) => backbone))];
  const [chosen, setChosen] = useState<string | null>(null);
  const backbone = chosen ?? backbones[0] ?? '';
  const curve = useMemo(() => curveOption(curves, metric), [curves, metric]);
  const heat = useMemo(() => heatOption(trials, backbone, scheme), [trials, backbone, scheme]);
  const parallel = useMemo(() => parallelOption(trials, scheme), [trials, scheme]);
  const pareto = useMemo(() => paretoOption(trials, curves), [trials, curves]);
  const timeline = useMemo(
    () => timelineOption(trials, study.startedAt, study.elapsed),
    [trials, study.startedAt, study.elapsed],
  );
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <Section
        title="Learning curves"
        control={
          <SegmentedControl
            size="xs"
            aria-label="What the curves show"
            value={metric}
            onChange={(value) => setMetric(value as CurveMetric)}
            data={Object.entries(metricNames).map(([value, label]) => ({ value, label }))}
          />
        }
      >
        <Chart label={`${metricNames[metric]} of each trial by epoch`} option={curve} />
      </Section>
      <Section
        title="Freeze depth and learning rate"
        control={
          backbones.length > 1 && (
            <Select
              size="xs"
              aria-label="Backbone of the heat map"
              value={backbone}
              onChange={setChosen}
              data={backbones}
              allowDeselect={false}
            />
          )
        }
      >
        <Chart label={`Best accuracy of ${backbone} by frozen stages and learning rate`} option={heat} />
      </Section>
      <Section title="Accuracy and time">
        <Chart label="Accuracy of each trial by its time of training, with the front" option={pareto} />
      </Section>
      <Section title="All dimensions">
        <Chart label="Each trial as a line through its settings to its accuracy" option={parallel} />
      </Section>
      <Section title="Schedule">
        <Chart
          label="When each trial ran"
          option={timeline}
          height={Math.max(160, 80 + 22 * trials.filter(({ startedAt }) => startedAt !== null).length)}
        />
      </Section>
    </SimpleGrid>
  );
}
