'use client';

import { inSentence } from '@espalier/study/words';
import { Anchor, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { StudyReport } from '@espalier/study';
import { useMemo } from 'react';
import { answerOf } from '../../../src/study/answer';
import { useTRPC, type Trial } from '../../../src/server/api';
import { curveOption } from '../../../src/charts/options';
import { Chart } from '../../../src/components/Chart';
import { Facts } from '../../../src/components/Facts';
import { Head, right } from '../../../src/components/Head';
import { Stale } from '../../../src/components/Message';
import { NotLoaded } from '../../../src/components/NotLoaded';
import { State } from '../../../src/components/State';
import { TaskEvidence } from '../../../src/tasks/TaskEvidence';
import { duration, loss, objectiveText, rate, trialTitle } from '../../../src/format';

const REFRESH_MILLISECONDS = 2000;

const columns = (objective: string) =>
  ['Epoch', 'Training loss', 'Validation loss', objective, 'Rate', 'Time'].map(right);

export function TrialView({ id }: { readonly id: string }) {
  const trpc = useTRPC();
  const { data, error } = useQuery(
    trpc.trials.get.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.endedAt === null ? REFRESH_MILLISECONDS : false) },
    ),
  );
  const ofStudy = data === undefined ? skipToken : { id: data.studyId };
  const report = useQuery(trpc.studies.report.queryOptions(data?.endedAt === null ? skipToken : ofStudy));
  const study = useQuery(trpc.studies.get.queryOptions(ofStudy));
  const objective = study.data?.objective;
  const option = useMemo(
    () =>
      data === undefined || objective === undefined ? null : curveOption([data], 'objective', objective),
    [data, objective],
  );
  if (data === undefined && error !== null) return <NotLoaded error={error} thing="trial" />;
  if (data === undefined || study.data === undefined || objective === undefined || option === null)
    return <Skeleton height={400} role="status" aria-label="Loading" />;
  return (
    <Stack gap="xl">
      {error !== null && <Stale />}
      <Stack gap="xs">
        <Anchor component={Link} href={`/studies/${data.studyId}`} size="sm">
          Open the study
        </Anchor>
        <Group>
          <Title order={1}>{trialTitle(data)}</Title>
          <State state={data.state} />
          <Anchor component={Link} href={`/compare?of=${data.studyId}.${data.id}`} size="sm">
            Compare
          </Anchor>
        </Group>
        {data.why !== null && <Text>Chosen by the sampler: {data.why}</Text>}
        {data.reason !== null && <Text>{data.reason}</Text>}
        <Facts
          facts={[
            ['Backbone', data.backbone || '–'],
            ...study.data.dimensions.map(
              ({ name, label }) => [label, data.written[name] ?? '–'] as [string, string],
            ),
            [`Best ${inSentence(objective.label)}`, objectiveText(data.bestObjective, objective)],
            ['Best epoch', data.bestEpoch === null ? '–' : String(data.bestEpoch)],
          ]}
        />
      </Stack>
      <Chart label={`Validation ${inSentence(objective.label)} by epoch`} option={option} />
      {report.data && <InTheAnswer trial={data} report={report.data} />}
      <Table.ScrollContainer minWidth={500}>
        <Table>
          <Table.Caption>Every epoch</Table.Caption>
          <Head columns={columns(objective.label)} />
          <Table.Tbody>
            {data.epochs.map((one) => (
              <Table.Tr key={one.epoch}>
                <Table.Td ta="right">
                  {one.averaged === undefined ? one.epoch : `${one.epoch}, mean weights of ${one.averaged}`}
                </Table.Td>
                <Table.Td ta="right">{loss(one.trainLoss)}</Table.Td>
                <Table.Td ta="right">{loss(one.validationLoss)}</Table.Td>
                <Table.Td ta="right">
                  {objectiveText(one.metrics[objective.name] ?? null, objective)}
                </Table.Td>
                <Table.Td ta="right">{rate(one.learningRate)}</Table.Td>
                <Table.Td ta="right">{duration(one.seconds)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

interface InTheAnswerProps {
  readonly trial: Pick<Trial, 'role' | 'number' | 'studyId'>;
  readonly report: StudyReport;
}

/** Relates the trial to its study's answer, to which the evidence belongs. */
function InTheAnswer({ trial: { role, number, studyId }, report }: InTheAnswerProps) {
  const answer = answerOf(report);
  const isSearched = role === 'searched';
  if (isSearched && answer.trial === number) return <TaskEvidence studyId={studyId} report={report} />;
  return (
    <Text size="sm">
      The study answers with {answer.name} ({answer.title}),{' '}
      {isSearched && report.best.trial === number ? 'to which this trial belongs' : 'not with this trial'}.
      The answer&rsquo;s mistakes are on{' '}
      <Anchor component={Link} href={`/studies/${studyId}`} inherit>
        the study&rsquo;s page
      </Anchor>
      .
    </Text>
  );
}
