import { realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, relative, resolve, sep } from 'node:path';
import { isTablePath } from '@espalier/data';
import type { UploadPurpose } from '@espalier/store';
import { reasonOf } from '@espalier/base/files';
import { DatasetsError } from './errors.js';

/** Paths that a server reads datasets and backbones from: all of its machine, or those below some folders. */
export type PathPolicy =
  { readonly kind: 'machine' } | { readonly kind: 'roots'; readonly roots: readonly string[] };

/**
 * The policy of a server. One that several people sign in to reads only below the folders of
 * `ESPALIER_DATASET_ROOTS`, and nothing where it names none.
 */
export function pathPolicy(
  server: { readonly signIn: boolean },
  env: Readonly<Record<string, string | undefined>> = process.env,
): PathPolicy {
  const roots = (env['ESPALIER_DATASET_ROOTS'] ?? '').split(delimiter).filter((root) => root !== '');
  return server.signIn || roots.length > 0 ? { kind: 'roots', roots } : { kind: 'machine' };
}

/**
 * The path of a dataset, or of a backbone, without links, where the policy lets it be read.
 *
 * @throws DatasetsError (`invalid`, `denied`, `missing`)
 */
export async function allowedPath(
  policy: PathPolicy,
  path: string,
  purpose: UploadPurpose = 'dataset',
): Promise<string> {
  if (path.includes('\0') || !isAbsolute(path)) {
    throw new DatasetsError('invalid', 'the path is not absolute; give an absolute path');
  }
  const wanted = resolve(path);
  // Before the disk is asked: who may not read a place shall not learn what is there.
  if (policy.kind === 'roots' && !policy.roots.some((root) => isInside(resolve(root), wanted))) {
    throw outside(policy.roots, purpose);
  }
  const real = await realpath(wanted).catch((cause: unknown) => {
    const message = `${wanted} cannot be opened: ${reasonOf(cause)}; check the path`;
    throw new DatasetsError('missing', message, { cause });
  });
  if (policy.kind === 'roots') await requireInside(policy.roots, real, purpose);
  const found = await stat(real);
  const { isRead, advice } = places[purpose];
  if (found.isDirectory() || (found.isFile() && isRead(real))) return real;
  throw new DatasetsError('invalid', `${wanted} is not a ${purpose}; give ${advice}`);
}

interface Places {
  /** Whether a file is of that kind, by its name. */
  readonly isRead: (path: string) => boolean;
  readonly advice: string;
}

const places: Readonly<Record<UploadPurpose, Places>> = {
  dataset: {
    isRead: isTablePath,
    advice: 'a folder of class folders, or a CSV, TSV, JSONL or Parquet table',
  },
  backbone: {
    isRead: (path) => /\.onnx$/i.test(path),
    advice: 'an .onnx file, or a folder with an .onnx file and its description',
  },
};

async function requireInside(roots: readonly string[], real: string, purpose: UploadPurpose): Promise<void> {
  for (const root of roots) {
    const realRoot = await realpath(resolve(root)).catch(() => null);
    if (realRoot !== null && isInside(realRoot, real)) return;
  }
  throw outside(roots, purpose);
}

function outside(roots: readonly string[], purpose: UploadPurpose): DatasetsError {
  const advice =
    roots.length === 0
      ? `upload the ${purpose}, or set ESPALIER_DATASET_ROOTS`
      : `copy the ${purpose} into ${roots.join(' or ')}, or upload it`;
  return new DatasetsError('denied', `this server does not read that path; ${advice}`);
}

/** Whether a path is a folder or lies in it. */
function isInside(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner === '' || (inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner));
}
