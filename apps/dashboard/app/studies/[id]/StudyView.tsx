'use client';

import { inSentence } from '@espalier/study/words';
import { Anchor, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import Link from 'next/link';
import type { Decision, Study } from '../../../src/server/api';
import { connectionText, type Connection } from '../../../src/server/connection';
import { Facts, type Fact } from '../../../src/components/Facts';
import { Advice } from '../../../src/components/study/Advice';
import { Explanation } from '../../../src/components/study/Explanation';
import { Headline } from '../../../src/components/study/Headline';
import { Leaderboard } from '../../../src/components/study/Leaderboard';
import { Stale } from '../../../src/components/Message';
import { NotLoaded } from '../../../src/components/NotLoaded';
import { State } from '../../../src/components/State';
import { ParetoFront } from '../../../src/components/study/ParetoFront';
import { Provenance } from '../../../src/components/study/Provenance';
import { Standing } from '../../../src/components/study/Standing';
import { StudyControls } from '../../../src/components/study/StudyControls';
import { StudyCharts } from '../../../src/components/study/StudyCharts';
import { Transferability } from '../../../src/components/study/Transferability';
import { Verdicts } from '../../../src/components/study/Verdicts';
import { TaskEvidence } from '../../../src/tasks/TaskEvidence';
import { duration, moment, objectiveText, trialTitle } from '../../../src/format';
import { CHARTED, useStudy } from '../../../src/server/useStudy';
import { Request } from './Request';
import { NextSteps } from './NextSteps';

export function StudyView({ id }: { readonly id: string }) {
  const { study, probes, leaderboard, trials, curves, decisions, report, connection } = useStudy(id);
  if (study.data === undefined && study.error !== null) {
    return <NotLoaded error={study.error} thing="study" />;
  }
  if (study.data === undefined) return <Skeleton height={400} role="status" aria-label="Loading" />;
  const charted = trials.data?.items ?? [];
  const goesOn = study.data.endedAt === null;
  return (
    <Stack gap="xl">
      {(connection === 'lost' || study.error !== null) && <Stale />}
      <Heading study={study.data} probes={probes.data?.length ?? 0} connection={connection} />
      {report.data && (
        <>
          {goesOn && <Text role="note">The study continues. This is its previous answer.</Text>}
          <Headline report={report.data} />
          <NextSteps study={study.data} />
          <Facts facts={factsOf(report.data)} />
          <Verdicts report={report.data} />
          <Advice report={report.data} />
        </>
      )}
      <Request study={study.data} />
      <Leaderboard
        study={study.data}
        searched={study.data.trials}
        probes={probes.data}
        best={leaderboard.data}
        newest={charted}
        report={goesOn ? null : (report.data ?? null)}
      />
      {report.data && !goesOn && <Provenance report={report.data} />}
      {report.data && !goesOn && <ParetoFront report={report.data} />}
      <Transferability
        study={study.data}
        probes={probes.data ?? []}
        trials={[...(leaderboard.data ?? []), ...charted]}
      />
      {study.data.trials > CHARTED && <Text>The charts show the newest {CHARTED} trials.</Text>}
      {charted.length > 0 && <StudyCharts study={study.data} trials={charted} curves={curves.data ?? []} />}
      {report.data && <TaskEvidence studyId={id} report={report.data} />}
      {report.data && <Explanation report={report.data} />}
      <Decisions decisions={decisions.data ?? []} />
    </Stack>
  );
}

/** The answer and the baselines on the test split. */
const factsOf = ({ metric, best, baselines, seconds }: StudyReport): readonly Fact[] => [
  [`Test ${inSentence(metric.label)}`, objectiveText(best.test.value, metric)],
  [baselines.trivial.title, objectiveText(baselines.trivial.value, metric)],
  ['Baseline from random weights', objectiveText(baselines.random?.test ?? null, metric)],
  ['Time', duration(seconds)],
];

interface HeadingProps {
  readonly study: Study;
  /** Number of probes and baselines fitted so far. */
  readonly probes: number;
  readonly connection: Connection;
}

function Heading({ study, probes, connection }: HeadingProps) {
  return (
    <Stack gap="xs">
      <Group>
        <Title order={1}>{study.name}</Title>
        <State state={study.state} />
        <Anchor component={Link} href={`/compare?of=${study.id}`} size="sm">
          Compare
        </Anchor>
        <Text size="sm" c="dimmed" role="status" data-connection={connection}>
          {connectionText(connection, study.endedAt !== null)}
        </Text>
      </Group>
      <Facts
        facts={[
          ['Probes and baselines', String(probes)],
          ['Trials', String(study.trials)],
          [
            `Best validation ${inSentence(study.objective.label)}`,
            objectiveText(study.bestObjective, study.objective),
          ],
          ['Work', duration(study.elapsed)],
          ['Begun', moment(study.startedAt)],
          ['Ended', moment(study.endedAt)],
        ]}
      />
      {study.reason !== null && <Text>{study.reason}</Text>}
      <Standing study={study} />
      <StudyControls study={study} />
    </Stack>
  );
}

function Decisions({ decisions }: { readonly decisions: readonly Decision[] }) {
  if (decisions.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label="Decisions">
      <Title order={2} size="h4">
        Decisions
      </Title>
      <List size="sm">
        {decisions.map(({ kind, text, role, trial }, i) => (
          <List.Item key={i}>
            {trial === null || role === null ? 'Search' : trialTitle({ role, number: trial })}: {text}
            {kind === 'trial-pruned' ? ' (pruned)' : ''}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}
