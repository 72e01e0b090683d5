import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A narrow page with a single form. */
export function Narrow({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="lg" mx="auto" mt="xl" maw={420}>
      <Stack>
        <Title order={1} size="h3">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  );
}
