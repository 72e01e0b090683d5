import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import type { Study } from '../../../src/server/api';
import { Command } from '../../../src/components/Message';
import { Section } from '../../../src/components/Section';
import { moment } from '../../../src/format';
import { archiveOf, serveCommand } from '../../../src/models';

/** Links a finished study to its models, and shows how to download, try and serve them. */
export function NextSteps({ study }: { readonly study: Study }) {
  const { models, folder } = study;
  const [newest, ...earlier] = models;
  if (newest === undefined) return null;
  return (
    <Section title="Next steps">
      <Group gap="sm">
        <Button component={Link} href={`/models/${newest.id}`}>
          Open the model
        </Button>
        <Button component={Link} href={`/models/${newest.id}#try`} variant="default">
          Try the model
        </Button>
        <Button component="a" href={archiveOf(newest.id)} download variant="default">
          Download
        </Button>
      </Group>
      <Stack gap={4}>
        <Text size="sm">
          {folder === null ? 'To serve the model, download it and run:' : 'To serve the model, run:'}
        </Text>
        <Command>{serveCommand(newest.name, folder)}</Command>
      </Stack>
      {earlier.length > 0 && (
        <Text size="sm">
          Earlier models of this study:{' '}
          {earlier.map(({ id, name, createdAt }, i) => (
            <span key={id}>
              {i > 0 && ', '}
              <Anchor component={Link} href={`/models/${id}`}>
                {name}
              </Anchor>{' '}
              ({moment(createdAt)})
            </span>
          ))}
        </Text>
      )}
    </Section>
  );
}
