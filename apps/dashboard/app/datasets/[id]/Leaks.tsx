'use client';

import { Button, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { DatasetSummary, Member } from '../../../src/api';
import { Example } from '../../../src/components/Example';
import { Section } from '../../../src/components/Section';
import { count } from '../../../src/format';

/** Pairs that are shown at first. */
const FIRST = 6;

interface LeaksProps {
  readonly id: string;
  readonly summary: DatasetSummary;
}

/** Examples of two splits that are nearly the same: a test that has seen them tells too much. */
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
          ? 'No two examples of different splits are nearly the same.'
          : `${count(leaks.count)} pairs of different splits are nearly the same: scores on them say less than they seem to.`}
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
                They are of two classes: one is labelled wrongly.
              </Text>
            )}
            <Text size="xs" c="dimmed" mt={4}>
              {distance === 0 ? 'the same' : `distance ${distance}`}
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
