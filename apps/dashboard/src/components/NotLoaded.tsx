import { Anchor, Stack, Text, Title } from '@mantine/core';
import Link from 'next/link';
import { isMissing, lists, type Thing } from '../server/missing';
import { Failed, type ShownError } from './Message';

interface NotLoadedProps {
  readonly error: ShownError;
  readonly thing: Thing;
}

/** Says that the subject of a page does not exist, or why it cannot be loaded. */
export function NotLoaded({ error, thing }: NotLoadedProps) {
  if (!isMissing(error)) return <Failed error={error} />;
  const { href, label } = lists[thing];
  return (
    <Stack align="center" gap="xs" py="xl" role="alert">
      <Title order={1} size="h4">
        There is no such {thing}
      </Title>
      <Text c="dimmed" ta="center">
        Check the address. The {thing} may have been removed.
      </Text>
      <Anchor component={Link} href={href}>
        {label}
      </Anchor>
    </Stack>
  );
}
