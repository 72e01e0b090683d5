import { Table } from '@mantine/core';
import type { Probe, Trial } from '../api';
import { loss, percent } from '../format';
import { measuredOn, type Line } from '../leaderboard';
import { Head, right } from './Head';
import { State } from './State';
import { settingColumns, TrialLink, TrialSettings } from './TrialCells';

interface LiveTableProps {
  readonly lines: readonly Line[];
  readonly caption: string;
}

/** Probes, baselines and trials of a study that is not finished; state and score stand beside the name, where a phone shows them. */
export function LiveTable({ lines, caption }: LiveTableProps) {
  return (
    <Table.ScrollContainer minWidth={1150}>
      <Table highlightOnHover captionSide="top">
        <Table.Caption ta="left">{caption}</Table.Caption>
        <Head
          columns={[
            'Name',
            'State',
            right('Accuracy'),
            right('95 % interval'),
            right('Log loss'),
            ...settingColumns,
            'Measured on',
            'Why it ended',
          ]}
        />
        <Table.Tbody>
          {lines.map((line) =>
            line.kind === 'probe' ? (
              <ProbeRow key={line.probe.name} probe={line.probe} />
            ) : (
              <TrialRow key={line.trial.id} trial={line.trial} />
            ),
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** A probe has no settings but what it reads. */
const WHAT_IT_READS = settingColumns.length - 1;

function ProbeRow({ probe }: { readonly probe: Probe }) {
  const { name, role, backbone, title, accuracy, low, high, logLoss } = probe;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{name}</Table.Td>
      <Table.Td />
      <Table.Td ta="right">{percent(accuracy)}</Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
        {percent(low)} to {percent(high)}
      </Table.Td>
      <Table.Td ta="right">{loss(logLoss)}</Table.Td>
      <Table.Td>{backbone ?? 'no network'}</Table.Td>
      <Table.Td colSpan={WHAT_IT_READS}>
        {role}: {title}
      </Table.Td>
      <Table.Td>{measuredOn(probe)}</Table.Td>
      <Table.Td />
    </Table.Tr>
  );
}

function TrialRow({ trial }: { readonly trial: Trial }) {
  return (
    <Table.Tr>
      <Table.Td>
        <TrialLink id={trial.id} name={`trial-${trial.number}`} />
      </Table.Td>
      <Table.Td>
        <State state={trial.state} />
      </Table.Td>
      <Table.Td ta="right">{percent(trial.bestAccuracy)}</Table.Td>
      <Table.Td ta="right">–</Table.Td>
      <Table.Td ta="right">{loss(trial.bestLoss)}</Table.Td>
      <TrialSettings trial={trial} />
      <Table.Td>{trial.bestLoss === null ? '–' : 'validation split'}</Table.Td>
      <Table.Td>{trial.reason ?? ''}</Table.Td>
    </Table.Tr>
  );
}
