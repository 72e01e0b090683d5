import { MultiSelect, SimpleGrid, TextInput } from '@mantine/core';
import { namesFor, readRange, type Dimension, type TypedSpace } from '../../../src/request/space';

interface SpaceChoicesProps {
  readonly modality: string | null;
  readonly dimensions: readonly Dimension[];
  readonly typed: TypedSpace;
  readonly onChange: (typed: TypedSpace) => void;
}

/** Joins the names of a list with commas. */
const namesIn = (text: string): string[] => text.split(',').map((name) => name.trim());

/** Fields for the dimensions of the search; an empty one keeps the default range. */
export function SpaceChoices({ modality, dimensions, typed, onChange }: SpaceChoicesProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {dimensions.map((dimension) => {
        const text = typed[dimension.name] ?? '';
        const change = (value: string): void => onChange({ ...typed, [dimension.name]: value });
        const names = namesFor(dimension, modality);
        return dimension.domain.kind === 'name' ? (
          <MultiSelect
            key={dimension.name}
            label={dimension.label}
            description={dimension.help}
            data={[...names]}
            placeholder={text === '' ? dimension.usually : undefined}
            value={namesIn(text).filter((name) => names.includes(name))}
            onChange={(chosen) => change(chosen.join(','))}
          />
        ) : (
          <TextInput
            key={dimension.name}
            label={dimension.label}
            description={`${dimension.help}: one value, a list such as 1, 2, or a range such as 1..2`}
            placeholder={dimension.usually}
            value={text}
            error={
              text.trim() === '' || readRange(dimension, text) !== null
                ? undefined
                : 'Enter a number, numbers separated by commas, or a range such as 1..2'
            }
            onChange={({ currentTarget }) => change(currentTarget.value)}
          />
        );
      })}
    </SimpleGrid>
  );
}
