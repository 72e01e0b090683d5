import { Stack, TextInput } from '@mantine/core';
import type { Dataset } from '../../../src/server/api';
import { backboneName } from '../../../src/request/request';
import { Facts } from '../../../src/components/Facts';
import { useAdded } from '../../../src/server/useAdded';
import { studyOf, type Choices } from '../../../src/request/wizard';

interface ReviewStepProps {
  readonly choices: Choices;
  readonly dataset: Dataset | undefined;
  readonly onChange: (some: Partial<Choices>) => void;
}

export function ReviewStep({ choices, dataset, onChange }: ReviewStepProps) {
  const { search } = studyOf(dataset?.id ?? '', choices, { dimensions: [], costs: [] });
  const { data: added = [] } = useAdded(dataset?.projectId);
  const named = (reference: string): string => backboneName(reference, added);
  return (
    <Stack>
      <TextInput
        label="Name"
        value={choices.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        required
      />
      <Facts
        facts={[
          ['Dataset', dataset?.name ?? ''],
          ['Backbones', search?.backbones?.map(named).join(', ') ?? 'the bundled one'],
          ['Trials', String(search?.budget?.trials ?? '')],
          ['Epochs per trial', String(search?.budget?.epochs ?? '')],
          ['Baseline from random weights', choices.baseline ? 'yes' : 'no'],
        ]}
      />
    </Stack>
  );
}
