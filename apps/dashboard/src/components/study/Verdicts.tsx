import { Paper, Stack, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';

const good: ReadonlySet<string> = new Set(['helps', 'none', 'allowed']);

/** Shows the verdicts of the guards against negative transfer, overfitting and forbidding licences. */
export function Verdicts({ report }: { readonly report: StudyReport }) {
  const { transfer, overfitting, licence } = report.verdicts;
  const all = [
    { title: 'Transfer', ...transfer },
    { title: 'Overfitting', ...overfitting },
    { title: 'Licence', ...licence },
  ];
  return (
    <Stack gap="xs" component="section" aria-label="Verdicts">
      {all.map(({ title, kind, sentence }) => (
        <Paper key={title} withBorder p="sm" className={good.has(kind) ? 'verdict good' : 'verdict'}>
          <Text fw={600}>
            {title}: {kind.replaceAll('-', ' ')}
          </Text>
          <Text size="sm">{sentence}</Text>
        </Paper>
      ))}
    </Stack>
  );
}
