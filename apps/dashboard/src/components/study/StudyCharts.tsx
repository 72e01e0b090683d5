'use client';

import { inSentence } from '@espalier/study/words';
import { SegmentedControl, Select, SimpleGrid, useComputedColorScheme } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Curve, Study, Trial } from '../../server/api';
import {
  curveOption,
  heatOption,
  metricNames,
  paretoOption,
  parallelOption,
  timelineOption,
  type CurveMetric,
} from '../../charts/options';
import { Chart } from '../Chart';
import { Section } from '../Section';

interface StudyChartsProps {
  readonly study: Study;
  readonly trials: readonly Trial[];
  readonly curves: readonly Curve[];
}

export function StudyCharts({ study, trials, curves }: StudyChartsProps) {
  const scheme = useComputedColorScheme('light');
  const { objective, dimensions } = study;
  const names = metricNames(objective);
  const [metric, setMetric] = useState<CurveMetric>('objective');
  const backbones = [
    ...new Set(trials.filter(({ role }) => role === 'searched').map(({ backbone }) => backbone)),
  ];
  const [chosen, setChosen] = useState<string | null>(null);
  const backbone = chosen ?? backbones[0] ?? '';
  const curve = useMemo(() => curveOption(curves, metric, objective), [curves, metric, objective]);
  const heat = useMemo(
    () => heatOption(trials, backbone, scheme, objective),
    [trials, backbone, scheme, objective],
  );
  const parallel = useMemo(
    () => parallelOption(trials, scheme, dimensions, objective),
    [trials, scheme, dimensions, objective],
  );
  const pareto = useMemo(() => paretoOption(trials, curves, objective), [trials, curves, objective]);
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
            aria-label="Measure of the curves"
            value={metric}
            onChange={(value) => setMetric(value as CurveMetric)}
            data={Object.entries(names).map(([value, label]) => ({ value, label }))}
          />
        }
      >
        <Chart label={`${names[metric]} of each trial by epoch`} option={curve} />
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
        <Chart
          label={`Best ${inSentence(objective.label)} of ${backbone} by frozen stages and learning rate`}
          option={heat}
        />
      </Section>
      <Section title={`${objective.label} and time`}>
        <Chart
          label={`${objective.label} of each trial by its time of training, with the front`}
          option={pareto}
        />
      </Section>
      <Section title="All dimensions">
        <Chart
          label={`Each trial as a line through its settings to its ${inSentence(objective.label)}`}
          option={parallel}
        />
      </Section>
      <Section title="Schedule">
        <Chart
          label="Start and end of each trial"
          option={timeline}
          height={Math.max(160, 80 + 22 * trials.filter(({ startedAt }) => startedAt !== null).length)}
        />
      </Section>
    </SimpleGrid>
  );
}
