'use client';

import { Modal, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import type { StudyReport } from '@espalier/study';
import { useState, type CSSProperties } from 'react';
import { confusedPairs, type Pair } from './options';
import type { Owner } from '../../server/files';
import { Gallery } from '../../components/data/Gallery';
import { Section } from '../../components/Section';
import { Head, right } from '../../components/Head';

/** Largest number of classes in a matrix; with more, the pairs are listed. */
const MOST_CLASSES = 20;
const MOST_PAIRS = 40;

interface ConfusionProps {
  readonly owner: Owner;
  readonly report: StudyReport;
}

/** Shows the confusion matrix; a cell opens its examples. */
export function Confusion({ owner, report }: ConfusionProps) {
  const [open, setOpen] = useState<Pair | null>(null);
  const { classes, modality } = report.dataset;
  const cells = report.evidence?.cells;
  const ids =
    cells?.find(({ label, predicted }) => label === open?.label && predicted === open.predicted)?.ids ?? [];
  const titleOf = ({ label, predicted, count }: Pair): string =>
    label === predicted
      ? `${count} of ${classes[label]}, classified correctly`
      : `${count} of ${classes[label]}, classified as ${classes[predicted]}`;
  const show = { report, titleOf, onOpen: cells === undefined ? null : setOpen };
  return (
    <Section title="Confusion on the test split">
      <Text size="sm">
        {cells === undefined
          ? 'An older version of Espalier ran this study and did not record the examples of each cell.'
          : 'Click a number to see its examples.'}
      </Text>
      {classes.length <= MOST_CLASSES ? <Matrix {...show} /> : <Pairs {...show} />}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={open === null ? '' : titleOf(open)}
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          {open !== null && open.count > ids.length && (
            <Text size="sm">The {ids.length} with the highest confidence:</Text>
          )}
          <Gallery owner={owner} modality={modality} examples={ids.map((id) => ({ id, note: id }))} />
        </Stack>
      </Modal>
    </Section>
  );
}

interface ShowProps {
  readonly report: StudyReport;
  readonly titleOf: (pair: Pair) => string;
  /** Null where the examples of a cell are unknown. */
  readonly onOpen: ((pair: Pair) => void) | null;
}

function Matrix({ report, titleOf, onOpen }: ShowProps) {
  const { classes } = report.dataset;
  const confusion = report.best.test.classification?.confusion ?? [];
  return (
    <Table.ScrollContainer minWidth={90 * classes.length}>
      <Table withColumnBorders withTableBorder w="auto">
        <Table.Caption>Rows are classes, columns are predictions</Table.Caption>
        <Head columns={['Class', ...classes.map(right)]} />
        <Table.Tbody>
          {confusion.map((row, label) => (
            <Table.Tr key={label}>
              <Table.Th scope="row">{classes[label]}</Table.Th>
              {row.map((count, predicted) => (
                <Table.Td key={predicted} ta="right" p={0} style={shade(label === predicted, count, row)}>
                  <Cell pair={{ label, predicted, count }} titleOf={titleOf} onOpen={onOpen} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface CellProps extends Omit<ShowProps, 'report'> {
  readonly pair: Pair;
}

function Cell({ pair, titleOf, onOpen }: CellProps) {
  if (onOpen === null || pair.count === 0) {
    return (
      <Text component="span" size="sm" px="sm" py={6} display="block">
        {pair.count}
      </Text>
    );
  }
  return (
    <UnstyledButton
      w="100%"
      ta="right"
      px="sm"
      py={6}
      fz="sm"
      aria-label={titleOf(pair)}
      onClick={() => onOpen(pair)}
    >
      {pair.count}
    </UnstyledButton>
  );
}

/** Colours a cell by its share of the row, in one hue for correct predictions and another for mistakes. */
function shade(right: boolean, count: number, row: readonly number[]): CSSProperties {
  const share =
    count /
    Math.max(
      1,
      row.reduce((a, b) => a + b, 0),
    );
  const hue = right ? '31, 157, 88' : '253, 126, 20';
  return {
    backgroundColor: `rgba(${hue}, ${(0.4 * share).toFixed(3)})`,
    color: 'var(--mantine-color-bright)',
  };
}

function Pairs({ report, titleOf, onOpen }: ShowProps) {
  const pairs = confusedPairs(report.best.test.classification?.confusion ?? [], MOST_PAIRS);
  const { classes } = report.dataset;
  return (
    <Table.ScrollContainer minWidth={400}>
      <Table>
        <Table.Caption>The pairs of {classes.length} classes that are confused most</Table.Caption>
        <Head columns={['Class', 'Prediction', right('Examples')]} />
        <Table.Tbody>
          {pairs.map((pair) => (
            <Table.Tr key={`${pair.label} ${pair.predicted}`}>
              <Table.Td>{classes[pair.label]}</Table.Td>
              <Table.Td>{classes[pair.predicted]}</Table.Td>
              <Table.Td ta="right" p={0}>
                <Cell pair={pair} titleOf={titleOf} onOpen={onOpen} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
