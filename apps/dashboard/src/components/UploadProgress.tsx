import { Alert, Progress, Stack, Text } from '@mantine/core';
import { size } from '../format';
import type { UploadPhase } from '../upload/useUpload';

/** How far an upload is, and why it stopped. */
export function UploadProgress({ phase }: { readonly phase: UploadPhase }) {
  switch (phase.kind) {
    case 'idle':
      return null;
    case 'failed':
      return (
        <Alert color="red" title="The upload stopped" role="alert">
          {phase.message}. What has come stays for a day: go on, or choose the same file again later.
        </Alert>
      );
    case 'assembling':
      return <Text role="status">All parts are there; they are put together …</Text>;
    case 'sending': {
      const share = (100 * phase.done) / phase.total;
      return (
        <Stack gap={4}>
          <Progress value={share} aria-label="Uploaded" />
          <Text size="sm" role="status">
            {size(phase.done)} of {size(phase.total)}
            {phase.resumed ? ', gone on from where it stopped' : ''}
          </Text>
        </Stack>
      );
    }
  }
}
