'use client';

import { SimpleGrid, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { inSentence } from '@espalier/study/words';
import { costOption } from '../../charts/costs';
import { Chart } from '../Chart';
import { Section } from '../Section';

/** Shows the lines of a leaderboard that are the best compromises of the metric and what they cost. */
export function ParetoFront({ report }: { readonly report: StudyReport }) {
  const { front, metric } = report;
  const costs = report.costs.filter(({ weighed }) => weighed);
  if (front.length === 0) return null;
  const named = [metric, ...costs].map(({ label }) => inSentence(label));
  return (
    <Section title="Pareto front">
      <Text size="sm">
        No other entry beats these in {new Intl.ListFormat('en-GB').format(named)} together:{' '}
        {front.join(', ')}.
      </Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
        {costs.map((cost) => (
          <Chart
            key={cost.name}
            label={`${metric.label} of each entry by its ${inSentence(cost.label)}`}
            option={costOption(report, cost)}
          />
        ))}
      </SimpleGrid>
    </Section>
  );
}
