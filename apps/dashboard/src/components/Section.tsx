import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly control?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with its name. */
export function Section({ title, control, children }: SectionProps) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
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
