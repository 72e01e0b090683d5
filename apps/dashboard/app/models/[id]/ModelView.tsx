'use client';

import { inSentence } from '@espalier/study/words';
import { Anchor, Button, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { skipToken, useQuery } from '@tanstack/react-query';
import type { StudyReport } from '@espalier/study';
import Link from 'next/link';
import { useTRPC, type Model } from '../../../src/server/api';
import { Card } from '../../../src/components/Card';
import { Facts } from '../../../src/components/Facts';
import { Headline } from '../../../src/components/study/Headline';
import { Command, Empty, Stale } from '../../../src/components/Message';
import { NotLoaded } from '../../../src/components/NotLoaded';
import { Section } from '../../../src/components/Section';
import { moment, size, withInterval } from '../../../src/format';
import { archiveOf, serveCommand } from '../../../src/models';
import { viewOf } from '../../../src/tasks';
import { TaskEvidence } from '../../../src/tasks/TaskEvidence';
import { TryModel } from './TryModel';

export function ModelView({ id }: { readonly id: string }) {
  const { data, error } = useQuery(useTRPC().models.get.queryOptions({ id }));
  const { data: report } = useReport(data?.studyId ?? null);
  if (data === undefined && error !== null) return <NotLoaded error={error} thing="model" />;
  if (data === undefined) return <Skeleton height={400} role="status" aria-label="Loading" />;
  const { name, licence, createdAt, input, card } = data;
  return (
    <Stack gap="xl">
      {error !== null && <Stale />}
      <Stack gap="xs">
        <Anchor component={Link} href="/models" size="sm">
          All models
        </Anchor>
        <Title order={1}>{name}</Title>
        <Scores
          report={report ?? null}
          facts={[
            ['Licence', licence],
            ['Classes', String(input?.labels.length ?? '–')],
            ['Made', moment(createdAt)],
          ]}
        />
        {data.studyId !== null && (
          <Anchor component={Link} href={`/studies/${data.studyId}`} size="sm">
            Open the study
          </Anchor>
        )}
      </Stack>
      {report && <Headline report={report} />}
      <Files model={data} />
      {input !== null && data.files.some((file) => file.name === 'model.onnx') && (
        <TryModel id={id} modality={input.kind} />
      )}
      {report && data.studyId !== null && <TaskEvidence studyId={data.studyId} report={report} />}
      <Section title="Model card">
        {card === null ? (
          <Empty title="The model card is missing" order={3}>
            The file model-card.md is no longer in the model&rsquo;s folder.
          </Empty>
        ) : (
          <Card text={card} />
        )}
      </Section>
    </Stack>
  );
}

/** Report of the model's study; null until the study is finished. */
const useReport = (studyId: string | null) =>
  useQuery(useTRPC().studies.report.queryOptions(studyId === null ? skipToken : { id: studyId }));

interface ScoresProps {
  readonly report: StudyReport | null;
  readonly facts: readonly (readonly [string, string])[];
}

/** Scores of the report, with the interval where there is one. */
function Scores({ report, facts }: ScoresProps) {
  if (report === null) return <Facts facts={facts} />;
  const { metric, best } = report;
  return (
    <Facts
      facts={[
        [`Test ${inSentence(metric.label)}`, withInterval(best.test, metric)],
        ...viewOf(report).facts(best.test),
        ...facts,
      ]}
    />
  );
}

const explained = {
  'model.onnx': 'the whole network, for any ONNX runtime',
  'preprocessing.json': 'the preprocessing of its input',
  'report.json': 'the report, for programs',
  'report.md': 'the report, for people',
  'model-card.md': 'the model card below',
  'tokenizer.json': 'the tokenizer',
  'tokenizer_config.json': 'the settings of the tokenizer',
} as const;

function Files({ model: { id, name: called, folder, files } }: { readonly model: Model }) {
  if (files.length === 0) {
    return (
      <Section title="Files">
        <Text size="sm">The files of this model are no longer on this machine.</Text>
      </Section>
    );
  }
  return (
    <Section
      title="Files"
      control={
        <Button component="a" href={archiveOf(id)} download size="xs" variant="default">
          Download all
        </Button>
      }
    >
      <Stack gap={4}>
        <Text size="sm">
          {folder === null ? 'To serve the model, download it and run:' : 'To serve the model, run:'}
        </Text>
        <Command>{serveCommand(called, folder)}</Command>
      </Stack>
      <List size="sm">
        {files.map(({ name, bytes }) => (
          <List.Item key={name}>
            <Anchor href={`/api/files/models/${id}/${name}`} download={name}>
              {name}
            </Anchor>
            , {size(bytes)}: {explained[name]}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
