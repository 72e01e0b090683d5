import { Group, Progress, Stack, Text } from '@mantine/core';
import type { Study } from '../../server/api';
import { leftText, phaseTitle, placeText, shareOf, trialsText, workText } from '../../study/standing';

/** Shows the phase, progress, remaining time and queue of a study that has not ended. */
export function Standing({ study }: { readonly study: Study }) {
  const { standing, waitsFor, place } = study;
  const title = phaseTitle(standing);
  const share = shareOf(standing);
  const line = place === null ? null : placeText(place);
  const facts = [trialsText(standing), leftText(standing), ...workText(standing)];
  if (study.endedAt !== null) return null;
  return (
    <Stack gap={4} component="section" aria-label="Progress">
      {title !== null && (
        <>
          <Text role="status">{title}</Text>
          {share !== null && <Progress value={share} aria-label={title} maw={480} />}
        </>
      )}
      <Group gap="md">
        {facts.map((fact) => fact !== null && <Text key={fact} size="sm" children={fact} />)}
      </Group>
      {waitsFor !== null && (
        <Text role="status">
          Waiting: {waitsFor}
          {line === null ? '' : `; ${line}`}.
        </Text>
      )}
    </Stack>
  );
}
