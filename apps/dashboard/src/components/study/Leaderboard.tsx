import { Skeleton, Title } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import type { Probe, Study, Trial } from '../../server/api';
import { answerOf } from '../../study/answer';
import { liveList } from '../../study/leaderboard';
import { LiveTable } from './LiveTable';
import { Empty } from '../Message';
import { Section } from '../Section';
import { Standings } from './Standings';
import { TrialTable } from './TrialTable';

interface LeaderboardProps {
  readonly study: Study;
  /** Number of all trials of the study. */
  readonly searched: number;
  /** Undefined while they are loading. */
  readonly probes: readonly Probe[] | undefined;
  /** Trials with a result, the lowest loss first. */
  readonly best: readonly Trial[] | undefined;
  readonly newest: readonly Trial[];
  /** Report of a finished study. */
  readonly report: StudyReport | null;
}

/** Lists probes, baselines and trials: live while the study runs, and at its end compared on the same examples. */
export function Leaderboard({ study, searched, probes, best, newest, report }: LeaderboardProps) {
  if (probes === undefined || best === undefined) {
    return (
      <Section title="Leaderboard">
        <Skeleton height={200} role="status" aria-label="Loading" />
      </Section>
    );
  }
  return (
    <Section title="Leaderboard">
      {report === null ? (
        <Live {...{ study, searched, probes, best, newest }} />
      ) : (
        <Finished {...{ study, searched, best, newest, report }} />
      )}
    </Section>
  );
}

const trialCaption = (shown: number, searched: number): string =>
  `${shown < searched ? `The best ${shown} of ${searched} trials` : 'The trials'}, by loss on the validation split`;

interface LiveProps extends Omit<LeaderboardProps, 'probes' | 'best' | 'report'> {
  readonly probes: readonly Probe[];
  readonly best: readonly Trial[];
}

function Live({ study, searched, probes, best, newest }: LiveProps) {
  const lines = liveList(probes, newest, best);
  if (lines.length === 0) {
    return (
      <Empty title="No results yet" order={3}>
        Espalier first reads the dataset, then fits probes and baselines, then trains trials.
      </Empty>
    );
  }
  const shown = lines.filter(({ kind }) => kind === 'trial').length;
  const left = shown < searched ? ` Only the best of ${searched} trials are shown.` : '';
  return (
    <LiveTable
      study={study}
      lines={lines}
      caption={`Probes, baselines and trials, by loss; running trials come first.${left}`}
    />
  );
}

interface FinishedProps extends Omit<LeaderboardProps, 'probes' | 'best' | 'report'> {
  readonly best: readonly Trial[];
  readonly report: StudyReport;
}

function Finished({ study, searched, best, newest, report }: FinishedProps) {
  const compared = report.leaderboard.length > 0;
  return (
    <>
      <Standings report={report} trials={[...best, ...newest]} />
      {best.length > 0 && (
        <>
          {compared && (
            <Title order={3} size="h5">
              Trials
            </Title>
          )}
          <TrialTable
            study={study}
            trials={best}
            caption={trialCaption(best.length, searched)}
            answer={answerOf(report).trial}
          />
        </>
      )}
    </>
  );
}
