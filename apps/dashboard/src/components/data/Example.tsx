'use client';

import type { Modality } from '@espalier/data/modalities';
import type { Owner } from '../../server/files';
import { modalityViews } from './modalities';

interface ExampleProps {
  readonly owner: Owner;
  readonly id: string;
  readonly modality: Modality;
  readonly height?: number;
}

/** Shows one example: a picture, a player or a text. */
export function Example({ owner, id, modality, height = 120 }: ExampleProps) {
  const { Example: Shown } = modalityViews[modality];
  return <Shown owner={owner} id={id} height={height} />;
}
