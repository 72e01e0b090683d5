'use client';

import { modalityNames, pluralOf } from '@espalier/data/modalities';
import { Badge, Code, Group, Select, Skeleton, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC, type Backbone } from '../../src/server/api';
import { Empty, Failed } from '../../src/components/Message';
import { count } from '../../src/format';
import { AddedList } from './AddedList';
import { CheckList, Conformance, isChecked } from './Conformance';
import { Head, right } from '../../src/components/Head';

/** Interval between two requests for the list while a backbone is being checked. */
const REFRESH_MILLISECONDS = 1000;

const modalities = modalityNames.map((value) => ({ value, label: pluralOf(value) }));

const commercial = { allowed: 'allowed', forbidden: 'forbidden', unknown: 'unclear' } as const;
const colours = { allowed: 'green', forbidden: 'red', unknown: 'orange' } as const;

export function Backbones() {
  const [modality, setModality] = useState<string | null>(null);
  const [allowed, setAllowed] = useState(false);
  const [along, setAlong] = useState(false);
  const { data, error } = useQuery(
    useTRPC().backbones.list.queryOptions(undefined, {
      refetchInterval: ({ state }) => (isChecked(state.data ?? []) ? REFRESH_MILLISECONDS : false),
    }),
  );
  if (data === undefined && error !== null) return <Failed error={error} />;
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
            aria-label="Modality"
            placeholder="Any modality"
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
            label="Bundled"
            checked={along}
            onChange={(event) => setAlong(event.currentTarget.checked)}
          />
        </Group>
      </Group>
      <Text size="sm">
        The wizard of a new study also accepts any network of the Hugging Face hub that has an ONNX file (
        <Code>hf:owner/name</Code>), and any image network in an ONNX file of your own.
      </Text>
      {data === undefined && <Skeleton height={300} role="status" aria-label="Loading" />}
      {data !== undefined && shown.length === 0 && (
        <Empty title="No matching backbones">Change the filters.</Empty>
      )}
      {shown.length > 0 && <BackboneTable backbones={shown} />}
      <AddedList />
    </Stack>
  );
}

function BackboneTable({ backbones }: { readonly backbones: readonly Backbone[] }) {
  return (
    <Table.ScrollContainer minWidth={1100}>
      <Table highlightOnHover>
        <Head
          columns={[
            'Backbone',
            'Modality',
            'Family',
            right('Parameters'),
            right('Stages'),
            'Licence',
            'Commercial use',
            'Checkpoint',
            'Conformance',
          ]}
        />
        <Table.Tbody>
          {backbones.map((backbone) => (
            <BackboneRow key={backbone.id} backbone={backbone} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function BackboneRow({ backbone }: { readonly backbone: Backbone }) {
  const [opened, { toggle }] = useDisclosure();
  const { id, modality, family, parameters, stages, licence, embedded, checkpoint, check } = backbone;
  const there = backbone.there ? ', already on the server' : '';
  return (
    <>
      <Table.Tr>
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
          {embedded ? 'bundled' : `${checkpoint ?? ''}${there}`}
        </Table.Td>
        <Table.Td>
          <Conformance backbone={backbone} opened={opened} onToggle={toggle} />
        </Table.Td>
      </Table.Tr>
      {opened && check !== null && (
        <Table.Tr>
          <Table.Td colSpan={9}>
            <CheckList id={id} check={check} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
