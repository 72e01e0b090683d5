'use client';

import { Button, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { DatasetSummary, Member } from '../../../src/server/api';
import { Example } from '../../../src/components/data/Example';
import { Section } from '../../../src/components/Section';
import { count } from '../../../src/format';

/** Number of pairs shown at first. */
const FIRST = 6;

interface LeaksProps {
  readonly id: string;
  readonly summary: DatasetSummary;
}

/** Lists near duplicates across splits, which make test scores look better than they are. */
export function Leaks({ id, summary }: LeaksProps) {
  const [all, setAll] = useState(false);
  const { leaks, classes, modality } = summary;
  const shown = all ? leaks.nearest : leaks.nearest.slice(0, FIRST);
  const side = (member: Member) => (
    <Stack gap={4}>
      <Example owner={{ kind: 'datasets', id }} id={member.id} modality={modality} />
      <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
        {member.split}, {classes[member.label]}: {member.id}
      </Text>
    </Stack>
  );
  return (
    <Section title="Near duplicates">
      <Text size="sm">
        {leaks.count === 0
          ? 'There are no near duplicates across splits.'
          : `${count(leaks.count)} near duplicates lie in different splits. Scores on them look better than they are.`}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {shown.map(({ a, b, distance }) => (
          <Paper key={`${a.id} ${b.id}`} withBorder p="sm">
            <SimpleGrid cols={2}>
              {side(a)}
              {side(b)}
            </SimpleGrid>
            {a.label !== b.label && (
              <Text size="sm" fw={600} mt={4}>
                Their classes differ: one of them is mislabelled.
              </Text>
            )}
            <Text size="xs" c="dimmed" mt={4}>
              {distance === 0 ? 'identical' : `distance ${distance}`}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      {!all && leaks.nearest.length > FIRST && (
        <Button variant="default" onClick={() => setAll(true)}>
          Show {leaks.nearest.length} pairs
        </Button>
      )}
    </Section>
  );
}
