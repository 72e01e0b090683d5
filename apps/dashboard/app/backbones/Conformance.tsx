import { Badge, Button, Group, List, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC, type Backbone, type BackboneCheck } from '../../src/server/api';
import { moment } from '../../src/format';
import { useMay } from '../../src/server/useSession';

const colours = { waiting: 'gray', running: 'blue', passed: 'green', failed: 'red' } as const;

const isOpen = (check: BackboneCheck | null): boolean =>
  check?.state === 'waiting' || check?.state === 'running';

/** Whether a check of any of these backbones is waiting or running. */
export const isChecked = (backbones: readonly Backbone[]): boolean =>
  backbones.some(({ check }) => isOpen(check));

function badgeText({ state, checks }: BackboneCheck): string {
  const total = checks.length;
  const passed = checks.filter((one) => one.state === 'passed').length;
  if (state === 'passed') return `passed ${passed} of ${total}`;
  if (state === 'failed') return total === 0 ? 'failed' : `failed, passed ${passed} of ${total}`;
  return state === 'waiting' ? 'queued' : 'running';
}

interface ConformanceProps {
  readonly backbone: Backbone;
  readonly opened: boolean;
  readonly onToggle: () => void;
}

/** Shows the conformance suite's result for a backbone, and a button that runs the suite. */
export function Conformance({ backbone: { id, check }, opened, onToggle }: ConformanceProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const may = useMay('member');
  const { mutate, error, isPending } = useMutation(
    trpc.backbones.check.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.backbones.list.queryFilter()),
    }),
  );
  const open = isOpen(check);
  return (
    <Stack gap={4} align="start" miw={200}>
      <Badge color={check === null ? 'gray' : colours[check.state]} variant="dot" tt="none" role="status">
        {check === null ? 'not checked' : badgeText(check)}
      </Badge>
      <Group gap="xs" wrap="nowrap">
        {may && (
          <Button
            variant="default"
            size="compact-xs"
            loading={isPending}
            disabled={open}
            onClick={() => mutate({ id })}
            aria-label={`${check === null ? 'Check' : 'Check again'} ${id}`}
          >
            {check === null ? 'Check' : 'Check again'}
          </Button>
        )}
        {check !== null && !open && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={onToggle}
            aria-expanded={opened}
            aria-label={`${opened ? 'Hide' : 'Show'} checks of ${id}`}
          >
            {opened ? 'Hide checks' : 'Show checks'}
          </Button>
        )}
      </Group>
      {error !== null && (
        <Text size="sm" role="alert">
          {error.message}
        </Text>
      )}
    </Stack>
  );
}

const outcomes = { passed: 'passed', failed: 'failed', skipped: 'skipped' } as const;

/** Lists every check with its outcome. */
export function CheckList({ id, check }: { readonly id: string; readonly check: BackboneCheck }) {
  const { checks, reason, version, endedAt } = check;
  return (
    <Stack gap="xs">
      {reason !== null && <Text size="sm">{reason}</Text>}
      {checks.length > 0 && (
        <List size="sm" aria-label={`Checks of ${id}`}>
          {checks.map((one) => (
            <List.Item key={one.name}>
              It {one.name}: {outcomes[one.state]}
              {one.reason === null ? '' : `. ${one.reason}`}
            </List.Item>
          ))}
        </List>
      )}
      <Text size="xs" c="dimmed">
        {moment(endedAt)}
        {version === null ? '' : `, by Espalier ${version}`}
      </Text>
    </Stack>
  );
}
