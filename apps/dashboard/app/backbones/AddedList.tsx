import { Stack, Text, Title } from '@mantine/core';
import { addedWords } from '../../src/backbones';
import { AddedControls } from '../../src/components/backbones/AddedControls';
import { useAdded } from '../../src/server/useAdded';

/** Lists the networks that people added to their projects; renders nothing where there is none. */
export function AddedList() {
  const { data: added = [] } = useAdded();
  if (added.length === 0) return null;
  return (
    <Stack component="section" aria-label="Added to projects">
      <Title order={2} size="h4">
        Added to projects
      </Title>
      {added.map((backbone) => (
        <Stack key={backbone.id} gap={4} align="start" style={{ overflowWrap: 'anywhere' }}>
          <Text fw={600}>{backbone.name}</Text>
          <Text size="sm">{addedWords(backbone)}</Text>
          {backbone.place !== null && <Text size="sm">{backbone.place}</Text>}
          <AddedControls backbone={backbone} />
        </Stack>
      ))}
    </Stack>
  );
}
