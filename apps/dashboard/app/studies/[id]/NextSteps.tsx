import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import type { Study } from '../../../src/api';
import { Command } from '../../../src/components/Message';
import { Section } from '../../../src/components/Section';
import { moment } from '../../../src/format';
import { archiveOf, serveCommand } from '../../../src/models';

/** Where a finished study leads: to its models, and how each is had, tried and served. */
export function NextSteps({ study }: { readonly study: Study }) {
  const { models, folder } = study;
  const [newest, ...earlier] = models;
  if (newest === undefined) return null;
  return (
    <Section title="What next">
      <Group gap="sm">
        <Button component={Link} href={`/models/${newest.id}`}>
          Open the model
        </Button>
        <Button component={Link} href={`/models/${newest.id}#try`} variant="default">
          Try it
        </Button>
        <Button component="a" href={archiveOf(newest.id)} download variant="default">
          Download
        </Button>
      </Group>
      <Stack gap={4}>
        <Text size="sm">
          {folder === null ? 'Once it is downloaded, this serves it:' : 'This serves it:'}
        </Text>
        <Command>{serveCommand(newest.name, folder)}</Command>
      </Stack>
      {earlier.length > 0 && (
        <Text size="sm">
          Models of before it went on:{' '}
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
