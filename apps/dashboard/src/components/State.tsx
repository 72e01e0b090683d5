import { Badge } from '@mantine/core';

const colours: Readonly<Record<string, string>> = {
  running: 'blue',
  waiting: 'gray',
  queued: 'gray',
  finished: 'green',
  complete: 'green',
  pruned: 'orange',
  paused: 'yellow',
  failed: 'red',
  cancelled: 'gray',
  registered: 'gray',
  inspecting: 'blue',
  ready: 'green',
};

export function State({ state }: { readonly state: string }) {
  return (
    <Badge color={colours[state] ?? 'gray'} variant="dot" tt="none" miw="max-content">
      {state}
    </Badge>
  );
}
