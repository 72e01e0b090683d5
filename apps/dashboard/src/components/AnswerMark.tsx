import { Badge } from '@mantine/core';

/** Stands beside what a study answers with. */
export function AnswerMark() {
  return (
    <Badge color="green" variant="dot" tt="none" ml="xs">
      the answer
    </Badge>
  );
}
