import { Accordion, Group, Radio, Select, Stack, Switch } from '@mantine/core';
import { NumberField } from '../../../src/components/forms/NumberField';
import { MoreChoices } from './MoreChoices';
import { SpaceChoices } from './SpaceChoices';
import type { Offer } from '../../../src/server/api';
import { efforts, type Choices, type Effort } from '../../../src/request/wizard';

interface StepProps {
  readonly modality: string | null;
  readonly offer: Offer;
  readonly choices: Choices;
  readonly onChange: (some: Partial<Choices>) => void;
}

/** Labels of samplers and pruners; a plugin's name stays as it is. */
const named = (names: readonly string[], words: Readonly<Record<string, string>>) =>
  names.map((value) => ({ value, label: capital(words[value] ?? value) }));

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

export function SearchStep({ modality, offer, choices, onChange }: StepProps) {
  const effort = efforts.find(({ value }) => value === choices.effort) ?? efforts[1];
  return (
    <Stack>
      <Radio.Group
        label="Effort"
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
        label="Compare with a baseline from random weights"
        description="Trains the same network without pre-training, to show the gain of transfer"
        checked={choices.baseline}
        onChange={(event) => onChange({ baseline: event.currentTarget.checked })}
      />
      <Accordion variant="contained">
        <Accordion.Item value="more">
          <Accordion.Control>More settings</Accordion.Control>
          <Accordion.Panel>
            <Details
              modality={modality}
              offer={offer}
              choices={choices}
              onChange={onChange}
              effort={effort}
            />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

interface DetailsProps extends StepProps {
  readonly effort: { readonly trials: number; readonly epochs: number };
}

function Details({ modality, offer, choices, onChange, effort }: DetailsProps) {
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
          label="Epochs per trial"
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
      <SpaceChoices
        modality={modality}
        dimensions={offer.dimensions}
        typed={choices.space}
        onChange={(space) => onChange({ space })}
      />
      <Group grow align="start">
        <Select
          label="Sampler"
          data={named(offer.samplers, offer.titles.samplers)}
          value={choices.sampler}
          allowDeselect={false}
          onChange={(value) => onChange({ sampler: value ?? choices.sampler })}
        />
        <Select
          label="Pruner"
          data={named(offer.pruners, offer.titles.pruners)}
          value={choices.pruner}
          allowDeselect={false}
          onChange={(value) => onChange({ pruner: value ?? choices.pruner })}
        />
      </Group>
      <NumberField
        label="Seed"
        description="Another seed draws another split and another search"
        min={0}
        allowDecimal={false}
        value={choices.seed}
        onLeave={(seed) => onChange({ seed: seed ?? 0 })}
      />
      <MoreChoices offer={offer} more={choices.more} onChange={(more) => onChange({ more })} />
    </Stack>
  );
}
