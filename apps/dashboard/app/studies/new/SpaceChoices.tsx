import { MultiSelect, SimpleGrid, TextInput } from '@mantine/core';
import { namesFor, readRange, type Dimension, type TypedSpace } from '../../../src/space';

interface SpaceChoicesProps {
  readonly modality: string | null;
  readonly dimensions: readonly Dimension[];
  readonly typed: TypedSpace;
  readonly onChange: (typed: TypedSpace) => void;
}

/** The names of a list with commas between them. */
const namesIn = (text: string): string[] => text.split(',').map((name) => name.trim());

/** A field for each dimension of the search; one that is empty is searched as usual. */
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
            description={`${dimension.help}: a value, a list such as 1, 2, or a range such as 1..2`}
            placeholder={dimension.usually}
            value={text}
            error={
              text.trim() === '' || readRange(dimension, text) !== null
                ? undefined
                : 'Give a number, numbers with commas between them, or two ends with .. between them'
            }
            onChange={({ currentTarget }) => change(currentTarget.value)}
          />
        );
      })}
    </SimpleGrid>
  );
}
