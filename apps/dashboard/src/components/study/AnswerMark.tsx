import { Badge } from '@mantine/core';

/** Marks the answer of a study. */
export function AnswerMark() {
  return (
    <Badge color="green" variant="dot" tt="none" miw="max-content">
      the answer
    </Badge>
  );
}
