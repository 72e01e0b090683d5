'use client';

import { Group, SegmentedControl, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
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

interface StudyChartsProps {
  readonly study: Study;
  readonly trials: readonly Trial[];
  readonly curves: readonly Curve[];
}

export function StudyCharts({ study, trials, curves }: StudyChartsProps) {
  const [metric, setMetric] = useState<CurveMetric>('validationAccuracy');
  const backbones = [...new Set(trials.filter(({ number }) => number >= 0).map(({ backbone }) => backbone))];
  const [chosen, setChosen] = useState<string | null>(null);
  const backbone = chosen ?? backbones[0] ?? '';
  const curve = useMemo(() => curveOption(curves, metric), [curves, metric]);
  const heat = useMemo(() => heatOption(trials, backbone), [trials, backbone]);
  const parallel = useMemo(() => parallelOption(trials), [trials]);
  const pareto = useMemo(() => paretoOption(trials, curves), [trials, curves]);
  const timeline = useMemo(
    () => timelineOption(trials, study.startedAt, study.elapsed),
    [trials, study.startedAt, study.elapsed],
  );
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <Panel
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
      </Panel>
      <Panel
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
      </Panel>
      <Panel title="Accuracy and time">
        <Chart label="Accuracy of each trial by seconds of training, with the front" option={pareto} />
      </Panel>
      <Panel title="All dimensions">
        <Chart label="Each trial as a line through its settings to its accuracy" option={parallel} />
      </Panel>
      <Panel title="Schedule">
        <Chart
          label="When each trial ran"
          option={timeline}
          height={Math.max(160, 80 + 22 * trials.filter(({ startedAt }) => startedAt !== null).length)}
        />
      </Panel>
    </SimpleGrid>
  );
}

interface PanelProps {
  readonly title: string;
  readonly control?: ReactNode;
  readonly children: ReactNode;
}

function Panel({ title, control, children }: PanelProps) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {title}
        </Title>
        {control}
      </Group>
      {children}
    </Stack>
  );
}
