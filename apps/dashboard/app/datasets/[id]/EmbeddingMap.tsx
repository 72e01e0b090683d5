'use client';

import { Grid, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { DatasetSummary } from '../../../src/server/api';
import { mapOption, type MapColour } from '../../../src/charts/datasets';
import { Chart } from '../../../src/components/Chart';
import { Example } from '../../../src/components/data/Example';
import { Section } from '../../../src/components/Section';

interface EmbeddingMapProps {
  readonly id: string;
  readonly summary: DatasetSummary;
}

/** Draws examples in a plane, those with similar features near each other, and shows the one under the pointer. */
export function EmbeddingMap({ id, summary }: EmbeddingMapProps) {
  const [by, setBy] = useState<MapColour>('label');
  const [picked, setPicked] = useState<string | null>(null);
  const option = useMemo(() => mapOption(summary, by), [summary, by]);
  const onPick = useCallback((name: string) => setPicked(name), []);
  const { points, backbone } = summary.map;
  const point = points.find((one) => one.id === picked);
  return (
    <Section
      title="Map"
      control={
        <SegmentedControl
          size="xs"
          aria-label="Colours of the map"
          value={by}
          onChange={(value) => setBy(value as MapColour)}
          data={[
            { value: 'label', label: 'By class' },
            { value: 'split', label: 'By split' },
          ]}
        />
      }
    >
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Chart
            label={`${points.length} examples placed by the features of ${backbone}, coloured by ${by === 'label' ? 'class' : 'split'}`}
            option={option}
            height={440}
            onPick={onPick}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Paper withBorder p="sm" mih={200}>
            {point === undefined ? (
              <Text size="sm" c="dimmed">
                Point at an example to see it. Examples with similar features of {backbone} lie together. An
                example among those of another class may be mislabelled.
              </Text>
            ) : (
              <Stack gap="xs">
                <Example
                  owner={{ kind: 'datasets', id }}
                  id={point.id}
                  modality={summary.modality}
                  height={220}
                />
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {summary.classes[point.label]}, {point.split}: {point.id}
                </Text>
              </Stack>
            )}
          </Paper>
        </Grid.Col>
      </Grid>
    </Section>
  );
}
