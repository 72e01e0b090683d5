'use client';

import { Alert, Radio, Group, Select, Stack, Table, Text } from '@mantine/core';
import { fileModalities, modalityFacts, modalityNames } from '@espalier/data/modalities';
import {
  classesOf,
  withRole,
  type ColumnRole,
  type ColumnRoles,
  type TablePreview,
} from '@espalier/data/preview';
import { count } from '../../src/format';

const roles: readonly { readonly value: ColumnRole; readonly label: string }[] = [
  { value: 'none', label: 'nothing' },
  { value: 'label', label: 'the class' },
  ...modalityNames.map((value) => ({ value, label: `the ${modalityFacts.get(value).words.plain}` })),
  { value: 'group', label: 'the group, kept in one split' },
];
/** The role of a column that is recognised by its name alone. */
const split = [{ value: 'split', label: 'the split' }] as const;

const SHOWN_ROWS = 8;
const SHOWN_CLASSES = 20;
const LONGEST_CELL = 120;

interface TableHeadProps {
  readonly preview: TablePreview;
  readonly roles: ColumnRoles;
  /** Whether the first line holds column names, if the user said so; otherwise null. */
  readonly header: boolean | null;
  readonly onRoles: (roles: ColumnRoles) => void;
  readonly onHeader: (header: boolean) => void;
}

/** Shows the first rows of a table before its upload, and lets the user assign roles to its columns. */
export function TableHead({ preview, roles: chosen, header, onRoles, onHeader }: TableHeadProps) {
  const { columns, rows, notes, oneHot } = preview;
  return (
    <Stack component="section" aria-label="First rows" gap="xs">
      {preview.header !== null && (
        <FirstLine
          isUnclear={preview.isUnclear}
          header={header ?? (preview.isUnclear ? null : preview.header)}
          onHeader={onHeader}
        />
      )}
      <Table.ScrollContainer minWidth={160 * columns.length}>
        <Table withColumnBorders>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} miw={150}>
                  <Select
                    size="xs"
                    label={preview.header === false ? `Column ${column}` : column}
                    data={chosen[column] === 'split' ? split : roles}
                    disabled={chosen[column] === 'split'}
                    value={chosen[column] ?? 'none'}
                    allowDeselect={false}
                    onChange={(role) => onRoles(withRole(chosen, column, role as ColumnRole))}
                  />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, SHOWN_ROWS).map((cells, i) => (
              <Table.Tr key={i}>
                {cells.map((cell, column) => (
                  <Table.Td key={columns[column]}>
                    {cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL)} …` : cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="sm" role="status">
        {classWords(preview, chosen, oneHot)}
      </Text>
      {Object.values(chosen).some((role) => fileModalities.some((modality) => modality === role)) && (
        <Text size="sm">
          The table names files: drop them together with the table, or drop a .zip that holds both.
        </Text>
      )}
      {notes.map((note) => (
        <Text key={note} size="sm">
          {note}
        </Text>
      ))}
    </Stack>
  );
}

interface FirstLineProps {
  readonly isUnclear: boolean;
  readonly header: boolean | null;
  readonly onHeader: (header: boolean) => void;
}

/** Asks whether the first line holds column names, where that is unclear, and lets the user change it. */
function FirstLine({ isUnclear, header, onHeader }: FirstLineProps) {
  return (
    <Stack gap="xs">
      {isUnclear && header === null && (
        <Alert color="orange" role="note">
          Espalier cannot tell whether the first line is an example or holds column names. Choose one.
        </Alert>
      )}
      <Radio.Group
        label="First line"
        value={header === null ? '' : String(header)}
        onChange={(value) => onHeader(value === 'true')}
      >
        <Group mt={4}>
          <Radio value="true" label="column names" />
          <Radio value="false" label="an example" />
        </Group>
      </Radio.Group>
    </Stack>
  );
}

function classWords(preview: TablePreview, roles: ColumnRoles, oneHot: readonly string[]): string {
  const among = `among the first ${count(preview.rows.length)} rows`;
  const classes = classesOf(preview, roles);
  if (classes.length === 0 && oneHot.length > 0)
    return `Classes, one column each (${oneHot.slice(0, SHOWN_CLASSES).join(', ')})`;
  if (classes.length === 0) return 'Choose the column that holds the class.';
  const shown = classes.slice(0, SHOWN_CLASSES).map(({ name, count: number }) => `${name} (${number})`);
  const more = classes.length - shown.length;
  return `Classes ${among}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
