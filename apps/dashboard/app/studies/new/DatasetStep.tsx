import { Alert, Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC, type Dataset } from '../../../src/server/api';
import { classLine } from '../../../src/classes';
import { Failed, type ShownError } from '../../../src/components/Message';
import { count } from '../../../src/format';
import { AddDataset } from '../../datasets/AddDataset';

/** Number of datasets offered, the newest first. */
const OFFERED = 100;

interface DatasetStepProps {
  readonly chosen: string | null;
  readonly dataset: Dataset | undefined;
  readonly error: ShownError | null;
  readonly onChosen: (id: string | null) => void;
}

export function DatasetStep({ chosen, dataset, error, onChosen }: DatasetStepProps) {
  const [adding, setAdding] = useState(false);
  const { data, error: listError } = useQuery(useTRPC().datasets.list.queryOptions({ limit: OFFERED }));
  const none = data?.items.length === 0 && chosen === null;
  const added = (id: string): void => {
    setAdding(false);
    onChosen(id);
  };
  const failure = error ?? listError;
  return (
    <Stack>
      {failure !== null && <Failed error={failure} />}
      {!none && (
        <Group align="end">
          <Select
            label="Dataset"
            placeholder="Choose a dataset"
            data={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={chosen}
            onChange={onChosen}
            searchable
          />
          <Button variant="default" onClick={() => setAdding(!adding)} aria-expanded={adding}>
            Add a dataset
          </Button>
        </Group>
      )}
      {(adding || none) && <AddDataset onAdded={added} />}
      {dataset !== undefined && <Known dataset={dataset} />}
    </Stack>
  );
}

/** Shows the inspection of the chosen dataset. */
function Known({ dataset }: { readonly dataset: Dataset }) {
  const { id, state, reason, summary, progress } = dataset;
  const { datasets } = useTRPC();
  const queryClient = useQueryClient();
  const inspect = useMutation(
    datasets.inspect.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(datasets.get.queryFilter({ id })),
    }),
  );
  if (state === 'inspecting') {
    const share = progress === null || progress.total === 0 ? 100 : (100 * progress.done) / progress.total;
    return (
      <Stack gap={4}>
        <Text role="status">Inspecting …</Text>
        <Progress value={share} animated aria-label="Inspected" />
      </Stack>
    );
  }
  if (state === 'failed' || state === 'registered') {
    return (
      <Alert
        color={state === 'failed' ? 'red' : 'blue'}
        title={state === 'failed' ? 'Espalier cannot read this dataset' : undefined}
      >
        <Stack>
          {reason ?? 'This dataset has not been inspected yet.'}
          <Button variant="default" loading={inspect.isPending} onClick={() => inspect.mutate({ id })}>
            Inspect
          </Button>
        </Stack>
      </Alert>
    );
  }
  const examples = summary === null ? 0 : totalOf(summary);
  return (
    <Stack gap={4}>
      <Text role="status">
        {count(examples)} examples of {summary?.classes.length ?? 0} classes. {summary?.imbalance ?? ''}
      </Text>
      {summary !== null && <Text style={{ overflowWrap: 'anywhere' }}>{classLine(summary)}</Text>}
    </Stack>
  );
}

const totalOf = ({ splits }: NonNullable<Dataset['summary']>): number =>
  Object.values(splits)
    .flat()
    .reduce((sum, one) => sum + one, 0);
