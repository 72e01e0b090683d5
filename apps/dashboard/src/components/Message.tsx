import { Alert, Code, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Shown where there is nothing to show yet. */
interface EmptyProps {
  readonly title: string;
  /** Heading level: 1 where it is the whole page. */
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

/** The part of an error that is shown. The type that tRPC gives the errors of procedures has no `name`. */
export type ShownError = Pick<Error, 'message'>;

export function Failed({ error }: { readonly error: ShownError }) {
  return (
    <Alert color="red" title="Espalier could not load this" role="alert">
      {error.message}
    </Alert>
  );
}

/** Shows why an action failed. */
export function Problem({ error, title }: { readonly error: ShownError; readonly title?: string }) {
  return (
    <Alert color="red" title={title} role="alert">
      {error.message}
    </Alert>
  );
}

/** Warns that the data on the page may be out of date, while the server cannot be reached. */
export function Stale() {
  return (
    <Alert color="orange" title="The connection is lost" role="alert">
      The data on this page may be out of date. Espalier is reconnecting.
    </Alert>
  );
}

export function Command({ children }: { readonly children: string }) {
  return <Code fz="sm">{children}</Code>;
}
