import { Group, Table, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/report';
import type { Trial } from '../api';
import { loss, percent } from '../format';
import { measuredOn } from '../leaderboard';
import { AnswerMark } from './AnswerMark';
import { Head, right } from './Head';
import { TrialLink } from './TrialCells';

interface StandingsProps {
  readonly report: StudyReport;
  /** Of which entries get their links. */
  readonly trials: readonly Trial[];
}

/** What a finished study compared on the same examples; the answer is marked. */
export function Standings({ report: { leaderboard, best }, trials }: StandingsProps) {
  const [first] = leaderboard;
  if (first === undefined) return null;
  return (
    <>
      <Text size="sm">
        All were measured on the same examples ({measuredOn(first)}), none of which they had learnt from. The
        answer is the cheapest within one standard error of the best.
      </Text>
      <Table.ScrollContainer minWidth={700}>
        <Table highlightOnHover captionSide="top">
          <Table.Caption ta="left">Probes, baselines, trials and averages, by log loss</Table.Caption>
          <Head
            columns={['Name', 'What it is', right('Accuracy'), right('95 % interval'), right('Log loss')]}
          />
          <Table.Tbody>
            {leaderboard.map(({ name, title, accuracy, low, high, logLoss }) => (
              <Table.Tr key={name} fw={name === best.name ? 600 : 400}>
                <Table.Td>
                  <Group gap="xs">
                    <Name name={name} trials={trials} />
                    {name === best.name && <AnswerMark />}
                  </Group>
                </Table.Td>
                <Table.Td>{title}</Table.Td>
                <Table.Td ta="right">{percent(accuracy)}</Table.Td>
                <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                  {percent(low)} to {percent(high)}
                </Table.Td>
                <Table.Td ta="right">{loss(logLoss)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

/** A trial has a page of its own. */
function Name({ name, trials }: { readonly name: string; readonly trials: readonly Trial[] }) {
  const trial = trials.find(({ number }) => name === `trial-${number}`);
  return trial === undefined ? name : <TrialLink id={trial.id} name={name} />;
}
