import { Alert, Code, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What stands where there is nothing to show yet. */
interface EmptyProps {
  readonly title: string;
  /** 1 where it is all that the page says. */
  readonly order?: 1 | 2 | 3;
  readonly children: ReactNode;
}

export function Empty({ title, order = 2, children }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py="xl">
      <Title order={order} size="h4">
        {title}
      </Title>
      <Text c="dimmed" ta="center">
        {children}
      </Text>
    </Stack>
  );
}

export function Failed({ error }: { readonly error: Error }) {
  return (
    <Alert color="red" title="This could not be loaded" role="alert">
      {error.message}
    </Alert>
  );
}

/** Why something that was asked for was not done. */
export function Problem({ error, title }: { readonly error: Error; readonly title?: string }) {
  return (
    <Alert color="red" title={title} role="alert">
      {error.message}
    </Alert>
  );
}

/** Stands above what is still shown, and may be old, while the server cannot be reached. */
export function Stale() {
  return (
    <Alert color="orange" title="The connection is lost" role="alert">
      What is shown may be old. It is tried again by itself.
    </Alert>
  );
}

export function Command({ children }: { readonly children: string }) {
  return <Code fz="sm">{children}</Code>;
}
