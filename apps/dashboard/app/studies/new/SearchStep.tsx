import { Accordion, Group, Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { NumberField } from '../../../src/components/NumberField';
import { MoreChoices } from './MoreChoices';
import { depthsOf, efforts, type Choices, type Effort } from '../../../src/wizard';

interface StepProps {
  readonly modality: string | null;
  readonly choices: Choices;
  readonly onChange: (some: Partial<Choices>) => void;
}

const samplers = [
  { value: 'tpe', label: 'TPE: learns from the trials before' },
  { value: 'random', label: 'Random' },
  { value: 'grid', label: 'Grid' },
];

export function SearchStep({ modality, choices, onChange }: StepProps) {
  const effort = efforts.find(({ value }) => value === choices.effort) ?? efforts[1];
  return (
    <Stack>
      <Radio.Group
        label="How long to search"
        value={choices.effort}
        onChange={(value) => onChange({ effort: value as Effort, trials: null, epochs: null })}
      >
        <Stack gap="xs" mt="xs">
          {efforts.map(({ value, label, hint }) => (
            <Radio key={value} value={value} label={label} description={hint} />
          ))}
        </Stack>
      </Radio.Group>
      <Switch
        label="Compare with the same network from random weights"
        description="Shows what pre-training was worth"
        checked={choices.scratch}
        onChange={(event) => onChange({ scratch: event.currentTarget.checked })}
      />
      <Accordion variant="contained">
        <Accordion.Item value="more">
          <Accordion.Control>More choices</Accordion.Control>
          <Accordion.Panel>
            <Details modality={modality} choices={choices} onChange={onChange} effort={effort} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

interface DetailsProps extends StepProps {
  readonly effort: { readonly trials: number; readonly epochs: number };
}

function Details({ modality, choices, onChange, effort }: DetailsProps) {
  const wrong = depthsOf(choices.depths) === null;
  return (
    <Stack>
      <Group grow align="start">
        <NumberField
          label="Trials"
          min={1}
          allowDecimal={false}
          value={choices.trials ?? effort.trials}
          onLeave={(trials) => onChange({ trials })}
        />
        <NumberField
          label="Epochs of a trial"
          min={1}
          allowDecimal={false}
          value={choices.epochs ?? effort.epochs}
          onLeave={(epochs) => onChange({ epochs })}
        />
        <NumberField
          label="Minutes"
          placeholder="no limit"
          min={1}
          optional
          value={choices.minutes}
          onLeave={(minutes) => onChange({ minutes })}
        />
      </Group>
      <TextInput
        label="Freeze depths"
        description="Such as 0, 4, 8; chosen for each backbone where this is empty"
        value={choices.depths}
        error={wrong ? 'Give whole numbers with commas between them' : undefined}
        onChange={(event) => onChange({ depths: event.currentTarget.value })}
      />
      <Select
        label="Sampler"
        data={samplers}
        value={choices.sampler}
        allowDeselect={false}
        onChange={(value) => onChange({ sampler: value as Choices['sampler'] })}
      />
      <Switch
        label="Stop trials that fall behind"
        checked={choices.prune}
        onChange={(event) => onChange({ prune: event.currentTarget.checked })}
      />
      <NumberField
        label="Seed"
        description="Another one is another split and search"
        min={0}
        allowDecimal={false}
        value={choices.seed}
        onLeave={(seed) => onChange({ seed: seed ?? 0 })}
      />
      <MoreChoices modality={modality} more={choices.more} onChange={(more) => onChange({ more })} />
    </Stack>
  );
}
