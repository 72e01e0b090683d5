import { Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Owner } from '../../server/files';
import type { Modality } from '@espalier/data/modalities';
import { Example } from './Example';
import { modalityViews } from './modalities';

export interface Shown {
  readonly id: string;
  /** Caption. */
  readonly note: string;
}

interface GalleryProps {
  readonly owner: Owner;
  readonly modality: Modality;
  readonly examples: readonly Shown[];
}

/** Shows examples side by side. */
export function Gallery({ owner, modality, examples }: GalleryProps) {
  return (
    <SimpleGrid
      cols={modalityViews[modality].columns}
      spacing="sm"
      component="ul"
      p={0}
      m={0}
      style={{ listStyle: 'none' }}
    >
      {examples.map(({ id, note }) => (
        <Paper key={id} component="li" withBorder p="xs">
          <Stack gap={4} justify="space-between" h="100%">
            <Example owner={owner} id={id} modality={modality} />
            <Text size="xs" title={id} style={{ overflowWrap: 'anywhere' }}>
              {note}
            </Text>
          </Stack>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
