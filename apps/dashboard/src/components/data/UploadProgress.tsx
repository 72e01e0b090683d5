import { Alert, Progress, Stack, Text } from '@mantine/core';
import { size } from '../../format';
import type { UploadPhase } from '../../upload/useUpload';

/** Shows the progress of an upload, or why it stopped. */
export function UploadProgress({ phase }: { readonly phase: UploadPhase }) {
  switch (phase.kind) {
    case 'idle':
      return null;
    case 'failed':
      return (
        <Alert color="red" title="The upload stopped" role="alert">
          {phase.message}. The server keeps the received parts for a day: resume now, or choose the same file
          again later.
        </Alert>
      );
    case 'assembling':
      return <Text role="status">Assembling the uploaded parts …</Text>;
    case 'sending': {
      const share = (100 * phase.done) / phase.total;
      return (
        <Stack gap={4}>
          <Progress value={share} aria-label="Uploaded" />
          <Text size="sm" role="status">
            {size(phase.done)} of {size(phase.total)}
            {phase.resumed ? ', resumed' : ''}
          </Text>
        </Stack>
      );
    }
  }
}
