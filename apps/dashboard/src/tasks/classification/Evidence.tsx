'use client';

import { Button, Group, Stack, Table, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { useMemo, useState } from 'react';
import { reliabilityOption } from './options';
import type { EvidenceProps } from '../TaskEvidence';
import type { Owner } from '../../server/files';
import { percent } from '../../format';
import { Chart } from '../../components/Chart';
import { Confusion } from './Confusion';
import { Facts } from '../../components/Facts';
import { Gallery } from '../../components/data/Gallery';
import { Section } from '../../components/Section';
import { Head, right } from '../../components/Head';

/** Shows the predictions of a study's answer for unseen examples. */
export function Evidence({ studyId, report }: EvidenceProps) {
  const owner: Owner = { kind: 'studies', id: studyId };
  return (
    <>
      <Confusion owner={owner} report={report} />
      <Mistakes owner={owner} report={report} />
      <PerClass report={report} />
      <Calibration report={report} />
    </>
  );
}

const PAGE = 12;

function Mistakes({ owner, report }: { readonly owner: Owner; readonly report: StudyReport }) {
  const [shown, setShown] = useState(PAGE);
  const { classes, modality } = report.dataset;
  if (report.evidence === undefined) return null;
  const { mistakes } = report.evidence;
  return (
    <Section title="Worst mistakes">
      <Text size="sm">
        {mistakes.length === 0
          ? 'The answer classifies every test example correctly.'
          : 'Misclassified test examples, the highest confidence first. Some may be mislabelled.'}
      </Text>
      <Gallery
        owner={owner}
        modality={modality}
        examples={mistakes.slice(0, shown).map(({ id, label, predicted, confidence }) => ({
          id,
          note: `${classes[label]} classified as ${classes[predicted]}, ${percent(confidence)} sure`,
        }))}
      />
      {mistakes.length > shown && (
        <Group>
          <Button variant="default" onClick={() => setShown(shown + PAGE)}>
            More of {mistakes.length} mistakes
          </Button>
        </Group>
      )}
    </Section>
  );
}

function PerClass({ report }: { readonly report: StudyReport }) {
  const { classes } = report.dataset;
  return (
    <Section title="Classes on the test split">
      <Table.ScrollContainer minWidth={480}>
        <Table>
          <Head columns={['Class', right('Precision'), right('Recall'), right('F1'), right('Examples')]} />
          <Table.Tbody>
            {report.best.test.classification?.perClass.map(({ precision, recall, f1, support }, label) => (
              <Table.Tr key={label}>
                <Table.Td>{classes[label]}</Table.Td>
                <Table.Td ta="right">{percent(precision)}</Table.Td>
                <Table.Td ta="right">{percent(recall)}</Table.Td>
                <Table.Td ta="right">{percent(f1)}</Table.Td>
                <Table.Td ta="right">{support}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

function Calibration({ report }: { readonly report: StudyReport }) {
  const test = report.best.test.classification;
  const option = useMemo(() => (test === undefined ? null : reliabilityOption(test)), [test]);
  if (test === undefined || option === null) return null;
  return (
    <Section title="Calibration">
      <Stack>
        <Facts
          facts={[
            ['Expected calibration error', percent(test.calibrationError)],
            ['Brier score', test.brierScore.toFixed(3)],
            ['Log loss', test.logLoss.toFixed(3)],
          ]}
        />
        <Chart label="Accuracy of predictions by confidence" option={option} />
      </Stack>
    </Section>
  );
}
