'use client';

import { previewTable, type ColumnRoles, type TablePreview } from '@espalier/data/preview';
import { useEffect, useState } from 'react';
import { headOf } from './head';

/** The preview of a file before its upload. */
export type Preview =
  | { readonly kind: 'nothing' | 'reading' }
  /** Explanation in place of rows. */
  | { readonly kind: 'told'; readonly text: string; readonly isWrong: boolean }
  | {
      readonly kind: 'shown';
      readonly preview: TablePreview;
      readonly roles: ColumnRoles;
      /** The user's choice for the first line; null for none. */
      readonly header: boolean | null;
      /** Whether the user must choose what the first line holds. */
      readonly isAsking: boolean;
      readonly onRoles: (roles: ColumnRoles) => void;
      readonly onHeader: (header: boolean) => void;
    };

type Found = { readonly file: File } & (
  | { readonly kind: 'told'; readonly text: string; readonly isWrong: boolean }
  | { readonly kind: 'rows'; readonly preview: TablePreview; readonly roles: ColumnRoles }
);

const PARQUET = 'The server inspects a Parquet table after the upload. You can name its columns below.';

async function lookAt(file: File, header: boolean | null): Promise<Found> {
  if (/\.parquet$/i.test(file.name)) return { file, kind: 'told', text: PARQUET, isWrong: false };
  try {
    const { text, isPart, note } = await headOf(file);
    const preview = await previewTable(file.name, text, { isPart, ...(header !== null && { header }) });
    const notes = note === null ? preview.notes : [note, ...preview.notes];
    return { file, kind: 'rows', preview: { ...preview, notes }, roles: preview.roles };
  } catch (error) {
    return { file, kind: 'told', text: (error as Error).message, isWrong: true };
  }
}

/** Previews the first rows of the chosen table; null for other files. */
export function usePreview(file: File | null): Preview {
  const [header, setHeader] = useState<{ readonly file: File; readonly value: boolean } | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const said = header !== null && header.file === file ? header.value : null;
  const table = file !== null && !/\.zip$/i.test(file.name) ? file : null;
  useEffect(() => {
    if (table === null) return;
    let isCurrent = true;
    void lookAt(table, said).then((next) => {
      if (isCurrent) setFound(next);
    });
    return () => {
      isCurrent = false;
    };
  }, [table, said]);
  if (table === null) return { kind: 'nothing' };
  if (found === null || found.file !== table) return { kind: 'reading' };
  if (found.kind === 'told') return found;
  return {
    kind: 'shown',
    ...{ preview: found.preview, roles: found.roles, header: said },
    isAsking: found.preview.isUnclear && said === null,
    onRoles: (roles) => setFound({ ...found, roles }),
    onHeader: (value) => setHeader({ file: table, value }),
  };
}
