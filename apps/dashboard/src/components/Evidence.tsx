'use client';

import { Button, Group, Stack, Table, Text } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { useMemo, useState } from 'react';
import { reliabilityOption } from '../charts/evidence';
import type { Owner } from '../files';
import { percent } from '../format';
import { Chart } from './Chart';
import { Confusion } from './Confusion';
import { Facts } from './Facts';
import { Gallery } from './Gallery';
import { Section } from './Section';
import { Head, right } from './Head';

interface EvidenceProps {
  readonly studyId: string;
  readonly report: StudyReport;
}

/** What a study's answer does with examples that it has not seen, and which they are. */
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
          ? 'Every test example is classified rightly.'
          : 'Test examples of another class than the model was most sure of, the surest first. Look for wrong labels.'}
      </Text>
      <Gallery
        owner={owner}
        modality={modality}
        examples={mistakes.slice(0, shown).map(({ id, label, predicted, confidence }) => ({
          id,
          note: `${classes[label]} taken for ${classes[predicted]}, ${percent(confidence)} sure`,
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
            {report.best.test.perClass.map(({ precision, recall, f1, support }, label) => (
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
  const { test } = report.best;
  const option = useMemo(() => reliabilityOption(test), [test]);
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
        <Chart label="How often predictions of each confidence are right" option={option} />
      </Stack>
    </Section>
  );
}
