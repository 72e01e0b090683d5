'use client';

import { Checkbox, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import type { ReadOptions } from '../../src/server/api';
import { useOffer } from '../../src/server/useOffer';

const columns = {
  labelColumn: 'Class',
  textColumn: 'Text',
  imageColumn: 'Image path',
  audioColumn: 'Recording path',
  groupColumn: 'Groups kept in one split',
} as const satisfies Partial<Record<keyof ReadOptions, string>>;
type Column = keyof typeof columns;

const firstLines = [
  { value: 'look', label: 'Detect' },
  { value: 'names', label: 'Column names' },
  { value: 'example', label: 'An example' },
] as const;

interface ReadingProps {
  readonly options: ReadOptions;
  readonly onChange: (options: ReadOptions) => void;
  /** Hides the fields for columns, where they are chosen elsewhere. */
  readonly withoutColumns?: boolean;
}

/** Asks for the options of reading a dataset that its files do not settle. */
export function Reading({ options, onChange, withoutColumns = false }: ReadingProps) {
  const change = <K extends keyof ReadOptions>(key: K, value: ReadOptions[K] | undefined): void => {
    const others = Object.fromEntries(Object.entries(options).filter(([name]) => name !== key));
    onChange(value === undefined ? others : { ...others, [key]: value });
  };
  const { header, layout, groupPattern, dropSmallClasses } = options;
  const { data: offer } = useOffer();
  return (
    <details>
      <Text component="summary" size="sm">
        {withoutColumns ? 'Reading options' : 'Columns of a table, if their names do not say what they hold'}
      </Text>
      <Stack mt="xs">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          {!withoutColumns && (
            <>
              {(Object.keys(columns) as Column[]).map((key) => (
                <TextInput
                  key={key}
                  size="xs"
                  label={columns[key]}
                  value={options[key] ?? ''}
                  onChange={({ currentTarget }) => change(key, currentTarget.value || undefined)}
                />
              ))}
              <Select
                size="xs"
                label="First line of a CSV or TSV"
                data={firstLines}
                value={header === undefined ? 'look' : header ? 'names' : 'example'}
                allowDeselect={false}
                onChange={(value) => change('header', value === 'look' ? undefined : value === 'names')}
              />
            </>
          )}
          {offer !== undefined && (
            <Select
              size="xs"
              label="Layout of the files"
              placeholder="recognised by its files"
              data={offer.layouts}
              value={layout ?? null}
              clearable
              onChange={(value) => change('layout', value ?? undefined)}
            />
          )}
          <TextInput
            size="xs"
            label="File name part kept in one split"
            placeholder="for example speaker"
            value={groupPattern ?? ''}
            onChange={({ currentTarget }) => change('groupPattern', currentTarget.value || undefined)}
          />
        </SimpleGrid>
        <Checkbox
          size="xs"
          label="Leave out classes with fewer than 5 examples"
          checked={dropSmallClasses === true}
          onChange={({ currentTarget }) => change('dropSmallClasses', currentTarget.checked || undefined)}
        />
      </Stack>
    </details>
  );
}
