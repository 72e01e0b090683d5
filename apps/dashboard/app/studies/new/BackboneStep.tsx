import { Alert, Checkbox, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type Backbone } from '../../../src/api';
import { Failed } from '../../../src/components/Message';
import { smallNote, suited, type Choices } from '../../../src/wizard';

interface StepProps {
  readonly choices: Choices;
  readonly onChange: (some: Partial<Choices>) => void;
}

export function BackboneStep({
  modality,
  choices,
  onChange,
}: StepProps & { readonly modality: string | null }) {
  const { data, error } = useQuery({ queryKey: ['backbones'], queryFn: () => api.backbones.list.query() });
  if (data === undefined && error !== null) return <Failed error={error} />;
  if (data === undefined) return <Skeleton height={200} role="status" aria-label="Loading" />;
  const offered = suited(data, modality).filter(
    ({ licence }) => !choices.commercial || licence.commercialUse === 'allowed',
  );
  const usual = offered.find(({ embedded }) => embedded)?.id;
  const chosen = choices.backbones.length > 0 ? choices.backbones : usual === undefined ? [] : [usual];
  const note = smallNote(chosen, offered);
  return (
    <Stack>
      <Switch
        label="For commercial use"
        description="Only what has a licence that clearly allows it"
        checked={choices.commercial}
        onChange={(event) => onChange({ commercial: event.currentTarget.checked, backbones: [] })}
      />
      <Checkbox.Group
        label="Pre-trained networks"
        description="Several are searched together; one that comes along needs no download"
        value={[...chosen]}
        onChange={(backbones) => onChange({ backbones })}
      >
        <Stack gap="xs" mt="xs">
          {offered.map((one) => (
            <Checkbox key={one.id} value={one.id} label={one.id} description={describe(one)} />
          ))}
        </Stack>
      </Checkbox.Group>
      {note !== null && (
        <Alert color="blue" role="note">
          {note}
        </Alert>
      )}
      {offered.length === 0 && <Text>None suits this dataset and these licences.</Text>}
    </Stack>
  );
}

const describe = ({ family, licence, embedded, checkpoint }: Backbone): string =>
  [family, licence.spdx, embedded ? 'comes along' : `is fetched: ${checkpoint ?? ''}`].join(' · ');
