import { inSentence } from '@espalier/study/words';
import { Button, Group, MultiSelect, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { useMemo, useState } from 'react';
import type { Trial } from '../../server/api';
import { measuredOn } from '../../study/leaderboard';
import {
  csvOf,
  matching,
  sortedBy,
  standingColumns,
  standingsOf,
  type Standing,
  type StandingColumn,
} from '../../study/standings';
import { AnswerMark } from './AnswerMark';
import { TrialLink } from './TrialCells';

interface StandingsProps {
  readonly report: StudyReport;
  /** Trials that entries link to. */
  readonly trials: readonly Trial[];
}

/** Lists the candidates that a finished study compared on the same examples, and marks the answer. */
export function Standings({ report, trials }: StandingsProps) {
  const { metric } = report;
  const columns = useMemo(() => standingColumns(report), [report]);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(() => columns.map(({ key }) => key));
  const [by, setBy] = useState<StandingColumn['key']>('loss');
  const all = useMemo(() => standingsOf(report), [report]);
  const [first] = report.leaderboard;
  if (first === undefined) return null;
  const column = columns.find(({ key }) => key === by);
  const found = matching(all, typed);
  const rows = column === undefined ? found : sortedBy(found, column);
  const visible = columns.filter(({ key }) => chosen.includes(key));
  return (
    <>
      <Text size="sm">
        All entries were measured on the same examples ({measuredOn(first)}), which none had learnt from. The
        answer is the cheapest entry within one standard error of the best. An entry is a tie if its interval
        holds the answer&rsquo;s {inSentence(metric.label)}.
      </Text>
      <Group align="end">
        <TextInput label="Filter" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <MultiSelect
          label="Columns"
          data={columns.map(({ key, label }) => ({ value: key, label }))}
          value={[...chosen]}
          onChange={setChosen}
        />
        <Button
          component="a"
          variant="default"
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(rows, report))}`}
          download={`${report.dataset.name}-leaderboard.csv`}
        >
          Export as CSV
        </Button>
      </Group>
      <Table.ScrollContainer minWidth={700}>
        <Table highlightOnHover captionSide="top">
          <Table.Caption ta="left">Probes, baselines, trials and averages, {orderText(column)}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              {visible.map((one) => (
                <Sortable
                  key={one.key}
                  column={one}
                  sorted={one.key === by}
                  rises={metric.direction === 'minimise' || !isOfMetric(one)}
                  onSort={setBy}
                />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Row key={row.name} row={row} columns={visible} trials={trials} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length === 0 && <Text size="sm">No name or description contains this text.</Text>}
    </>
  );
}

const orderText = (column: StandingColumn | undefined): string =>
  `by ${(column?.label ?? 'loss').toLowerCase()}`;

const isOfMetric = ({ key }: StandingColumn): boolean => key === 'value' || key === 'interval';

interface SortableProps {
  readonly column: StandingColumn;
  readonly sorted: boolean;
  /** Whether the least value comes first. */
  readonly rises: boolean;
  readonly onSort: (key: StandingColumn['key']) => void;
}

function Sortable({ column: { key, label, isNumber }, sorted, rises, onSort }: SortableProps) {
  return (
    <Table.Th
      scope="col"
      {...(isNumber && { ta: 'right' as const })}
      aria-sort={!sorted ? 'none' : rises ? 'ascending' : 'descending'}
    >
      <UnstyledButton fz="inherit" fw="inherit" onClick={() => onSort(key)}>
        {label}
        {sorted && <span aria-hidden> ▾</span>}
      </UnstyledButton>
    </Table.Th>
  );
}

interface RowProps {
  readonly row: Standing;
  readonly columns: readonly StandingColumn[];
  readonly trials: readonly Trial[];
}

function Row({ row, columns, trials }: RowProps) {
  return (
    <Table.Tr fw={row.isAnswer ? 600 : 400}>
      <Table.Td>
        <Group gap="xs">
          <Name name={row.name} trials={trials} />
          {row.isAnswer && <AnswerMark />}
          {row.onFront && (
            <Text size="xs" c="dimmed">
              on the front
            </Text>
          )}
          {row.ties && (
            <Text size="xs" c="dimmed">
              a tie
            </Text>
          )}
        </Group>
      </Table.Td>
      {columns.map(({ key, isNumber, cell }) => (
        <Table.Td key={key} {...(isNumber && { ta: 'right' as const, style: { whiteSpace: 'nowrap' } })}>
          {cell(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

/** Links a trial to its page. */
function Name({ name, trials }: { readonly name: string; readonly trials: readonly Trial[] }) {
  const trial = trials.find(({ number }) => name === `trial-${number}`);
  return trial === undefined ? name : <TrialLink id={trial.id} name={name} />;
}
