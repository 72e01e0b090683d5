import { Table } from '@mantine/core';
import type { Probe, Study, Trial } from '../../server/api';
import { loss, objectiveText } from '../../format';
import { measuredOn, type Line } from '../../study/leaderboard';
import { Head, right } from '../Head';
import { State } from '../State';
import { settingColumns, TrialLink, TrialSettings, variedAmong } from './TrialCells';

type Shown = Pick<Study, 'dimensions' | 'objective'>;

interface LiveTableProps {
  readonly study: Shown;
  readonly lines: readonly Line[];
  readonly caption: string;
}

/** Lists probes, baselines and trials of an unfinished study; state and score follow the name, where a phone shows them. */
export function LiveTable({ study, lines, caption }: LiveTableProps) {
  const { objective } = study;
  const trials = lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : []));
  const shown = { objective, dimensions: variedAmong(study.dimensions, trials) };
  return (
    <Table.ScrollContainer minWidth={1150}>
      <Table highlightOnHover captionSide="top">
        <Table.Caption ta="left">{caption}</Table.Caption>
        <Head
          columns={[
            'Name',
            'State',
            right(objective.label),
            right('95 % interval'),
            right('Loss'),
            ...settingColumns(shown.dimensions),
            'Measured on',
            'Reason for the end',
          ]}
        />
        <Table.Tbody>
          {lines.map((line) =>
            line.kind === 'probe' ? (
              <ProbeRow
                key={line.probe.name}
                probe={line.probe}
                objective={objective}
                dimensions={shown.dimensions.length}
              />
            ) : (
              <TrialRow key={line.trial.id} trial={line.trial} {...shown} />
            ),
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface ProbeRowProps extends Pick<Shown, 'objective'> {
  readonly probe: Probe;
  /** Number of columns spanned by the description of a probe, which has no settings. */
  readonly dimensions: number;
}

function ProbeRow({ probe, dimensions, objective }: ProbeRowProps) {
  const { name, role, backbone, title, value, low, high } = probe;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>{name}</Table.Td>
      <Table.Td />
      <Table.Td ta="right">{objectiveText(value, objective)}</Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
        {objectiveText(low, objective)} to {objectiveText(high, objective)}
      </Table.Td>
      <Table.Td ta="right">{loss(probe.loss)}</Table.Td>
      <Table.Td colSpan={1 + dimensions}>
        {backbone ?? 'no network'}, {role}: {title}
      </Table.Td>
      <Table.Td>{measuredOn(probe)}</Table.Td>
      <Table.Td />
    </Table.Tr>
  );
}

function TrialRow({ trial, dimensions, objective }: Shown & { readonly trial: Trial }) {
  return (
    <Table.Tr>
      <Table.Td>
        <TrialLink id={trial.id} name={`trial-${trial.number}`} />
      </Table.Td>
      <Table.Td>
        <State state={trial.state} />
      </Table.Td>
      <Table.Td ta="right">{objectiveText(trial.bestObjective, objective)}</Table.Td>
      <Table.Td ta="right">–</Table.Td>
      <Table.Td ta="right">{loss(trial.bestLoss)}</Table.Td>
      <TrialSettings trial={trial} dimensions={dimensions} />
      <Table.Td>{trial.bestLoss === null ? '–' : 'validation split'}</Table.Td>
      <Table.Td>{trial.reason ?? ''}</Table.Td>
    </Table.Tr>
  );
}
