import { Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { NumberField } from '../../../src/components/forms/NumberField';
import type { Offer } from '../../../src/server/api';
import { isRead, numberChoices, oneChoicesOf, textChoicesOf, type More } from '../../../src/request/more';

interface MoreChoicesProps {
  readonly offer: Offer;
  readonly more: More;
  readonly onChange: (more: More) => void;
}

/** Fields for all other settings of a search; the server decides those left empty. */
export function MoreChoices({ offer, more, onChange }: MoreChoicesProps) {
  const { numbers, texts, ones } = more;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {textChoicesOf(offer).map((one) => (
          <TextInput
            key={one.path}
            label={one.label}
            description={one.hint}
            placeholder={one.usual === '' ? 'none' : one.usual}
            value={texts[one.path] ?? ''}
            error={isRead(one, texts[one.path] ?? '') ? undefined : one.wanted}
            onChange={({ currentTarget }) =>
              onChange({ ...more, texts: { ...texts, [one.path]: currentTarget.value } })
            }
          />
        ))}
        {oneChoicesOf(offer).map(({ path, label, hint, options }) => (
          <Select
            key={path}
            label={label}
            description={hint}
            data={options.map((option) => ({ ...option }))}
            value={ones[path] ?? options[0]?.value ?? ''}
            allowDeselect={false}
            onChange={(value) => onChange({ ...more, ones: { ...ones, [path]: value ?? '' } })}
          />
        ))}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }}>
        {numberChoices.map(({ path, label, hint, usual, min, max, whole, empty }) => (
          <NumberField
            key={path}
            label={label}
            description={hint}
            placeholder={empty ?? String(usual ?? '')}
            min={min}
            {...(max !== undefined && { max })}
            allowDecimal={whole !== true}
            optional
            value={numbers[path] ?? null}
            onLeave={(value) => onChange({ ...more, numbers: withNumber(numbers, path, value) })}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/** Sets a number, or removes it where the field is empty, so that the server decides. */
function withNumber(numbers: More['numbers'], path: string, value: number | null): More['numbers'] {
  const others = Object.fromEntries(Object.entries(numbers).filter(([name]) => name !== path));
  return value === null ? others : { ...others, [path]: value };
}
