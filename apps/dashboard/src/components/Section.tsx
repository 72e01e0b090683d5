import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Fragment of links to this section. */
  readonly id?: string;
  readonly control?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Section({ title, id, control, children }: SectionProps) {
  return (
    <Stack gap="sm" component="section" id={id} aria-label={title}>
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
