import { Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { headline } from '../../study/answer';
import { Section } from '../Section';

/** Shows the result of a finished study; first, whether a network was needed at all. */
export function Headline({ report }: { readonly report: StudyReport }) {
  const [first, ...others] = headline(report);
  return (
    <Section title="Answer">
      <div>
        <Text fw={600}>{first}</Text>
        {others.map((sentence) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
      </div>
    </Section>
  );
}
