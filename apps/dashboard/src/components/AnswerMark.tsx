import { Badge } from '@mantine/core';

/** Stands beside what a study answers with. */
export function AnswerMark() {
  return (
    <Badge color="green" variant="dot" tt="none" miw="max-content">
      the answer
    </Badge>
  );
}
