import { Group, Stack, Text } from '@mantine/core';

export type Fact = readonly [name: string, value: string];

/** Shows labelled figures side by side. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <Group gap="xl" component="dl" m={0}>
      {facts.map(([name, value]) => (
        <Stack key={name} gap={0}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} fw={600} size="lg">
            {value}
          </Text>
        </Stack>
      ))}
    </Group>
  );
}
