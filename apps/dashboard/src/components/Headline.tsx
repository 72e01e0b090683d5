import { Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { headline } from '../answer';
import { Section } from './Section';

/** What a finished study found; where no network was needed, that comes first. */
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
