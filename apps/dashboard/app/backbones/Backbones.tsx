'use client';

import { Badge, Code, Group, Select, Skeleton, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Backbone } from '../../src/api';
import { Empty, Failed } from '../../src/components/Message';
import { count } from '../../src/format';

const modalities = [
  { value: 'image', label: 'pictures' },
  { value: 'text', label: 'texts' },
  { value: 'audio', label: 'recordings' },
];

const commercial = { allowed: 'allowed', forbidden: 'forbidden', unknown: 'not clear' } as const;
const colours = { allowed: 'green', forbidden: 'red', unknown: 'orange' } as const;

export function Backbones() {
  const [modality, setModality] = useState<string | null>(null);
  const [allowed, setAllowed] = useState(false);
  const [along, setAlong] = useState(false);
  const { data, error } = useQuery({ queryKey: ['backbones'], queryFn: () => api.backbones.list.query() });
  if (error !== null) return <Failed error={error} />;
  const shown = (data ?? []).filter(
    (one) =>
      (modality === null || one.modality === modality) &&
      (!allowed || one.licence.commercialUse === 'allowed') &&
      (!along || one.embedded),
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1}>Backbones</Title>
        <Group>
          <Select
            aria-label="For what"
            placeholder="For anything"
            data={modalities}
            value={modality}
            onChange={setModality}
            clearable
          />
          <Switch
            label="Commercial use"
            checked={allowed}
            onChange={(event) => setAllowed(event.currentTarget.checked)}
          />
          <Switch
            label="Comes along"
            checked={along}
            onChange={(event) => setAlong(event.currentTarget.checked)}
          />
        </Group>
      </Group>
      <Text size="sm">
        Besides these, any network of the Hugging Face hub with an ONNX file (<Code>hf:owner/name</Code>), and
        any image network in an ONNX file.
      </Text>
      {data === undefined && <Skeleton height={300} role="status" aria-label="Loading" />}
      {data !== undefined && shown.length === 0 && (
        <Empty title="No backbone is like this">Change what you look for.</Empty>
      )}
      {shown.length > 0 && <BackboneTable backbones={shown} />}
    </Stack>
  );
}

function BackboneTable({ backbones }: { readonly backbones: readonly Backbone[] }) {
  return (
    <Table.ScrollContainer minWidth={800}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Backbone</Table.Th>
            <Table.Th>For</Table.Th>
            <Table.Th>Family</Table.Th>
            <Table.Th ta="right">Parameters</Table.Th>
            <Table.Th ta="right">Stages</Table.Th>
            <Table.Th>Licence</Table.Th>
            <Table.Th>Commercial use</Table.Th>
            <Table.Th>Checkpoint</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {backbones.map(({ id, modality, family, parameters, stages, licence, embedded, checkpoint }) => (
            <Table.Tr key={id}>
              <Table.Td fw={600}>{id}</Table.Td>
              <Table.Td>{modalities.find(({ value }) => value === modality)?.label}</Table.Td>
              <Table.Td>{family}</Table.Td>
              <Table.Td ta="right">{parameters === null ? '–' : count(parameters)}</Table.Td>
              <Table.Td ta="right">{stages ?? '–'}</Table.Td>
              <Table.Td>{licence.spdx}</Table.Td>
              <Table.Td>
                <Badge color={colours[licence.commercialUse]} variant="dot" tt="none">
                  {commercial[licence.commercialUse]}
                </Badge>
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {embedded ? 'comes along' : checkpoint}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
