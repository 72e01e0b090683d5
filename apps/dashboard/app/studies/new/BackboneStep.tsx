import { Alert, Checkbox, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTRPC, type AddedBackbone } from '../../../src/server/api';
import { addedWords, backboneWords, isOffered } from '../../../src/backbones';
import { AddBackbone } from '../../../src/components/backbones/AddBackbone';
import { AddedControls } from '../../../src/components/backbones/AddedControls';
import { Failed } from '../../../src/components/Message';
import { useAdded } from '../../../src/server/useAdded';
import { smallNote, suited, type Choices } from '../../../src/request/wizard';

interface BackboneStepProps {
  readonly modality: string | null;
  readonly projectId: string;
  readonly choices: Choices;
  readonly onChange: (some: Partial<Choices>) => void;
}

export function BackboneStep({ modality, projectId, choices, onChange }: BackboneStepProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, error } = useQuery(trpc.backbones.list.queryOptions());
  const { data: added = [], error: addedError } = useAdded(projectId);
  const [awaited, setAwaited] = useState<string | null>(null);
  const ready = added.find(({ id }) => id === awaited && awaited !== null);
  useEffect(() => {
    if (ready === undefined || ready.state === 'inspecting') return;
    setAwaited(null);
    // A backbone that the user just added replaces the default choice.
    if (isOffered(ready, modality)) onChange({ backbones: [...choices.backbones, ready.reference] });
  }, [ready, modality, choices.backbones, onChange]);
  const failure = error ?? addedError;
  if (data === undefined && failure !== null) return <Failed error={failure} />;
  if (data === undefined) return <Skeleton height={200} role="status" aria-label="Loading" />;
  const isAllowed = ({ commercialUse }: { readonly commercialUse: string }): boolean =>
    !choices.commercial || commercialUse === 'allowed';
  const offered = suited(data, modality).filter(({ licence }) => isAllowed(licence));
  const own = added.filter(({ facts }) => facts === null || isAllowed(facts.licence));
  const usual = offered.find(({ embedded }) => embedded)?.id;
  const chosen = choices.backbones.length > 0 ? choices.backbones : usual === undefined ? [] : [usual];
  const note = smallNote(chosen, offered);
  return (
    <Stack>
      <Switch
        label="Commercial use"
        description="Offer only backbones whose licence clearly allows it"
        checked={choices.commercial}
        onChange={(event) => onChange({ commercial: event.currentTarget.checked, backbones: [] })}
      />
      <Checkbox.Group
        label="Backbones"
        description="The search compares several; bundled ones need no download"
        value={[...chosen]}
        onChange={(backbones) => onChange({ backbones })}
      >
        <Stack gap="xs" mt="xs" style={{ overflowWrap: 'anywhere' }}>
          {own.map((one) => (
            <OwnBackbone key={one.id} backbone={one} modality={modality} />
          ))}
          {offered.map((one) => (
            <Checkbox key={one.id} value={one.id} label={one.id} description={backboneWords(one)} />
          ))}
        </Stack>
      </Checkbox.Group>
      {note !== null && (
        <Alert color="blue" role="note">
          {note}
        </Alert>
      )}
      {offered.length + own.length === 0 && (
        <Text>No backbone fits this dataset and the licence filter.</Text>
      )}
      <AddBackbone
        projectId={projectId}
        onAdded={(id) => {
          setAwaited(id);
          void queryClient.invalidateQueries(trpc.backbones.added.queryFilter());
        }}
      />
    </Stack>
  );
}

interface OwnBackboneProps {
  readonly backbone: AddedBackbone;
  readonly modality: string | null;
}

/** A backbone that was added to the project, with the result of its inspection. */
function OwnBackbone({ backbone, modality }: OwnBackboneProps) {
  const { name, reference, state, facts } = backbone;
  return (
    <Stack gap={4} align="start">
      <Checkbox
        value={reference}
        label={name}
        description={addedWords(backbone)}
        disabled={!isOffered(backbone, modality)}
        error={state === 'failed'}
      />
      {facts?.network?.notes.map((text) => (
        <Text key={text} size="xs" pl="xl">
          {text}
        </Text>
      ))}
      <AddedControls backbone={backbone} />
    </Stack>
  );
}
