'use client';

import { Image, Text } from '@mantine/core';
import type { Modality } from '@espalier/data/modalities';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { exampleUrl, refusalOf, type Owner } from '../../server/files';

export interface ExampleProps {
  readonly owner: Owner;
  readonly id: string;
  readonly height: number;
}

/** Components that show the examples of a modality and accept one to classify. */
interface ModalityView {
  readonly Example: (props: ExampleProps) => ReactNode;
  /** Number of examples side by side, by the width of the page. */
  readonly columns: Readonly<Record<string, number>>;
  /** File input; null where an example is typed. */
  readonly file: FileView | null;
}

export interface FileView {
  /** Prefix of the media type. */
  readonly type: string;
  /** Media types and extensions offered by the file dialog. */
  readonly accept: string;
  /** Whether one can be recorded here. */
  readonly isRecorded: boolean;
  readonly Preview: (props: { readonly url: string }) => ReactNode;
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
      Preview: ({ url }) => <Image src={url} alt="Classified example" mah={240} w="auto" fit="contain" />,
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
      Preview: ({ url }) => <audio controls src={url} aria-label="Classified example" />,
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
