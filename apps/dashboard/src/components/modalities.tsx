'use client';

import { Image, Text } from '@mantine/core';
import type { Modality } from '@espalier/data/modalities';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { exampleUrl, refusalOf, type Owner } from '../files';

export interface ExampleProps {
  readonly owner: Owner;
  readonly id: string;
  readonly height: number;
}

/** How the page shows the examples of a modality, and takes one to classify. */
interface ModalityView {
  readonly Example: (props: ExampleProps) => ReactNode;
  /** Examples side by side, by the width of the page. */
  readonly columns: Readonly<Record<string, number>>;
  /** How a file is given; null where an example is written. */
  readonly file: FileView | null;
}

export interface FileView {
  /** What a file's type begins with. */
  readonly type: string;
  /** What the browser offers to choose from. */
  readonly accept: string;
  /** Whether one can be recorded here. */
  readonly isRecorded: boolean;
  readonly Chosen: (props: { readonly url: string }) => ReactNode;
}

const fewColumns = { base: 1, sm: 2, lg: 3 };

export const modalityViews: Readonly<Record<Modality, ModalityView>> = {
  image: {
    Example: ({ owner, id, height }) => (
      <Image src={exampleUrl(owner, id)} alt={id} h={height} fit="contain" loading="lazy" />
    ),
    columns: { base: 2, xs: 3, md: 4, xl: 6 },
    file: {
      type: 'image',
      accept: 'image/*',
      isRecorded: false,
      Chosen: ({ url }) => <Image src={url} alt="What is classified" mah={240} w="auto" fit="contain" />,
    },
  },
  text: { Example: TextExample, columns: fewColumns, file: null },
  audio: {
    Example: ({ owner, id }) => (
      <audio controls preload="none" src={exampleUrl(owner, id)} aria-label={id} style={{ width: '100%' }} />
    ),
    columns: fewColumns,
    file: {
      type: 'audio',
      accept: 'audio/*,.opus,.flac',
      isRecorded: true,
      Chosen: ({ url }) => <audio controls src={url} aria-label="What is classified" />,
    },
  },
};

function TextExample({ owner, id }: ExampleProps) {
  const { data, error } = useQuery({
    queryKey: ['text', owner.kind, owner.id, id],
    queryFn: async () => {
      const response = await fetch(exampleUrl(owner, id));
      if (!response.ok) throw await refusalOf(response);
      return response.text();
    },
    staleTime: Infinity,
  });
  if (error !== null) return <Text size="sm">It cannot be shown: {error.message}</Text>;
  return (
    <Text size="sm" lineClamp={6} style={{ overflowWrap: 'anywhere' }}>
      {data ?? '…'}
    </Text>
  );
}
