'use client';

import { Image, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { exampleUrl, refusalOf, type Owner } from '../files';

export type Modality = 'image' | 'text' | 'audio';

interface ExampleProps {
  readonly owner: Owner;
  readonly id: string;
  readonly modality: Modality;
  readonly height?: number;
}

/** One example as people look at it: a picture, a player, a text. */
export function Example({ owner, id, modality, height = 120 }: ExampleProps) {
  if (modality === 'text') return <TextExample owner={owner} id={id} />;
  const url = exampleUrl(owner, id);
  if (modality === 'audio') {
    return <audio controls preload="none" src={url} aria-label={id} style={{ width: '100%' }} />;
  }
  return <Image src={url} alt={id} h={height} fit="contain" loading="lazy" />;
}

function TextExample({ owner, id }: { readonly owner: Owner; readonly id: string }) {
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
