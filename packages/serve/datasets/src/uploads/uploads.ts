import { BlobError, type Blobs, type BlobSource, type StoredBlob } from '@espalier/blobs';
import type { Database, Prisma, UploadPurpose } from '@espalier/store';
import { bytesInWords } from '@espalier/base/processes';
import { DatasetsError } from '../errors.js';
import { datasetLimits } from '../limits.js';
import { contentTypeOf, extensionOf, formatOf } from './format.js';

/** Bytes of every part but the last. */
export const PART_BYTES = 8 * 2 ** 20;
const MOST_BYTES = 64 * 2 ** 30;
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;

/** An upload as the store has it. */
export type Upload = Prisma.UploadGetPayload<{ include: { project: { select: { organizationId: true } } } }>;

export interface UploadStart {
  readonly projectId: string;
  /** Purpose of the upload; a dataset by default. */
  readonly purpose?: UploadPurpose;
  /** Of the file, without a folder. */
  readonly name: string;
  readonly bytes: number;
  /** Of the file, in hexadecimal digits. */
  readonly sha256?: string;
}

export interface UploadStatus {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly partBytes: number;
  readonly parts: number;
  /** Numbers of the parts that are there, from 0, in their order. */
  readonly there: readonly number[];
}

export interface PartOptions {
  /** Announcement of the upload by its sender. */
  readonly bytes: number;
  /** Of the part, in hexadecimal digits. */
  readonly sha256?: string;
}

/** Files that come in parts, in any order, each as often as it takes; nothing of them is in memory. */
export interface Uploads {
  /** @throws DatasetsError (`invalid`, `size`; `quota` where the project's uploads would have too many bytes) */
  begin(start: UploadStart): Promise<UploadStatus>;
  /** An upload of an organisation; null where it has none of that id. */
  find(id: string, organizationId: string): Promise<Upload | null>;
  status(upload: Upload): Promise<UploadStatus>;
  /** @throws DatasetsError (`invalid`, `size`), BlobError (`conflict`, `damaged`) */
  putPart(upload: Upload, part: number, source: BlobSource, options: PartOptions): Promise<void>;
  /**
   * Puts the parts together under the project's prefix; doing it again changes nothing.
   *
   * @throws DatasetsError (`incomplete`), BlobError (`damaged`)
   */
  assemble(upload: Upload): Promise<StoredBlob>;
  /** Removes the parts, and forgets the upload. */
  discard(upload: Upload): Promise<void>;
  /** Discards the uploads of which nothing has come for a day; gives how many they were. */
  sweep(now?: Date): Promise<number>;
}

export interface UploadsOptions {
  readonly database: Pick<Database, 'client'>;
  readonly blobs: Blobs;
  readonly partBytes?: number;
  /** Most bytes of a project's uploads together, where the project has no limit of its own. */
  readonly uploadBytes?: number;
}

const withProject = { project: { select: { organizationId: true } } } as const;

export function createUploads({
  database,
  blobs,
  partBytes = PART_BYTES,
  uploadBytes = datasetLimits().uploadBytes,
}: UploadsOptions): Uploads {
  const { upload: table } = database.client;
  const discard = async (upload: Upload): Promise<void> => {
    // The row last: what is left of parts is found again by it.
    for await (const { key } of blobs.list(partPrefix(upload))) await blobs.remove(key);
    await table.deleteMany({ where: { id: upload.id } });
  };
  return {
    begin: async (start) => {
      requireUsable(start);
      const { projectId, purpose = 'dataset', name, bytes, sha256 } = start;
      const data = { projectId, purpose, name, bytes: BigInt(bytes), partBytes, sha256: sha256 ?? null };
      const upload = await database.client.$transaction(async (tx) => {
        await requireRoom(tx, projectId, { bytes, usual: uploadBytes });
        return tx.upload.create({ data, include: withProject });
      });
      return statusOf(upload, []);
    },
    find: (id, organizationId) =>
      table.findFirst({ where: { id, project: { organizationId } }, include: withProject }),
    status: async (upload) => statusOf(upload, await partsOf(blobs, upload)),
    putPart: async (upload, part, source, options) => {
      await putPart(blobs, upload, part, source, options);
      await table.updateMany({ where: { id: upload.id }, data: { updatedAt: new Date() } });
    },
    assemble: (upload) => assemble(blobs, upload),
    discard,
    sweep: async (now = new Date()) => {
      const before = new Date(now.getTime() - ABANDONED_MILLISECONDS);
      const rows = await table.findMany({ where: { updatedAt: { lt: before } }, include: withProject });
      for (const row of rows) await discard(row);
      return rows.length;
    },
  };
}

function requireUsable({ name, bytes, purpose = 'dataset' }: UploadStart): void {
  formatOf(name, purpose);
  if (Number.isSafeInteger(bytes) && bytes >= 1 && bytes <= MOST_BYTES) return;
  throw new DatasetsError('size', `an upload must have 1 to ${MOST_BYTES} bytes; split the ${purpose}`);
}

/** Others who begin an upload of the project wait until this one counts. */
async function requireRoom(
  tx: Prisma.TransactionClient,
  projectId: string,
  { bytes, usual }: { readonly bytes: number; readonly usual: number },
): Promise<void> {
  await tx.$queryRaw`SELECT "id" FROM "project" WHERE "id" = ${projectId} FOR UPDATE`;
  const { uploadLimit, organizationId } = await tx.project.findUniqueOrThrow({ where: { id: projectId } });
  const limit = Number(uploadLimit ?? usual);
  const used = await uploadedBytes(tx, { id: projectId, organizationId });
  if (used + bytes <= limit) return;
  throw new DatasetsError(
    'quota',
    `the uploads of the project may have at most ${bytesInWords(limit)} together, and with this one they would have ` +
      `${bytesInWords(used + bytes)}; remove a dataset or a backbone, or ask an admin for a higher limit`,
  );
}

/** Bytes of a project's uploaded datasets and backbones, and of the uploads that are under way. */
export async function uploadedBytes(
  { artifact, upload }: Pick<Prisma.TransactionClient, 'artifact' | 'upload'>,
  { id: projectId, organizationId }: { readonly id: string; readonly organizationId: string },
): Promise<number> {
  const kinds = (['dataset', 'backbone'] as const).map((purpose) => ({
    key: { startsWith: folderOf(purpose, { organizationId, projectId }) },
  }));
  const [kept, coming] = await Promise.all([
    artifact.aggregate({ where: { projectId, OR: kinds }, _sum: { bytes: true } }),
    upload.aggregate({ where: { projectId }, _sum: { bytes: true } }),
  ]);
  return Number(kept._sum.bytes ?? 0) + Number(coming._sum.bytes ?? 0);
}

const countOf = ({ bytes, partBytes }: Upload): number => Math.ceil(Number(bytes) / partBytes);

/** Bytes of a part: as many as every other, or what is left for the last. */
const sizeOf = (upload: Upload, part: number): number =>
  Math.min(upload.partBytes, Number(upload.bytes) - part * upload.partBytes);

/** Under what the blobs of a project lie. */
export const projectPrefix = (organizationId: string, projectId: string): string =>
  `organizations/${organizationId}/projects/${projectId}`;

const prefixOf = ({ project, projectId }: Upload): string => projectPrefix(project.organizationId, projectId);
const partPrefix = (upload: Upload): string => `${prefixOf(upload)}/uploads/${upload.id}/`;
const partKey = (upload: Upload, part: number): string => `${partPrefix(upload)}${part}`;

/** Prefix of the keys of a project's complete uploads. */
const folderOf = (
  purpose: UploadPurpose,
  { organizationId, projectId }: { readonly organizationId: string; readonly projectId: string },
): string => `${projectPrefix(organizationId, projectId)}/${purpose}s/`;

/** Key of the complete file. */
export const uploadKey = ({ id, name, purpose, projectId, project }: Upload): string =>
  `${folderOf(purpose, { projectId, ...project })}${id}${extensionOf(name)}`;

const statusOf = (upload: Upload, there: readonly number[]): UploadStatus => ({
  id: upload.id,
  name: upload.name,
  bytes: Number(upload.bytes),
  partBytes: upload.partBytes,
  parts: countOf(upload),
  there,
});

async function partsOf(blobs: Blobs, upload: Upload): Promise<number[]> {
  const prefix = partPrefix(upload);
  const parts: number[] = [];
  for await (const { key } of blobs.list(prefix)) parts.push(Number(key.slice(prefix.length)));
  return parts.sort((a, b) => a - b);
}

async function putPart(
  blobs: Blobs,
  upload: Upload,
  part: number,
  source: BlobSource,
  { bytes, sha256 }: PartOptions,
): Promise<void> {
  const count = countOf(upload);
  if (!Number.isInteger(part) || part < 0 || part >= count) {
    throw new DatasetsError(
      'invalid',
      `there is no part ${part}; the upload has the parts 0 to ${count - 1}`,
    );
  }
  const expected = sizeOf(upload, part);
  if (bytes !== expected) {
    throw new DatasetsError(
      'size',
      `part ${part} must have ${expected} bytes but has ${bytes}; send the whole part`,
    );
  }
  const key = partKey(upload, part);
  const stored = await blobs.put(key, source, {
    contentType: 'application/octet-stream',
    maxBytes: expected,
    ...(sha256 !== undefined && { sha256 }),
  });
  if (stored.bytes === expected) return;
  await blobs.remove(key);
  throw new DatasetsError(
    'size',
    `part ${part} ended after ${stored.bytes} of ${expected} bytes; send it again`,
  );
}

async function assemble(blobs: Blobs, upload: Upload): Promise<StoredBlob> {
  const count = countOf(upload);
  const there = new Set(await partsOf(blobs, upload));
  const missing = Array.from({ length: count }, (_, part) => part).filter((part) => !there.has(part));
  if (missing.length > 0) {
    const first = missing.slice(0, 10).join(', ');
    throw new DatasetsError(
      'incomplete',
      `${missing.length} of ${count} parts are missing (${first}${missing.length > 10 ? ' …' : ''}); send them first`,
    );
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    for (let part = 0; part < count; part++) yield* await blobs.get(partKey(upload, part));
  };
  try {
    return await blobs.put(uploadKey(upload), whole(), {
      contentType: contentTypeOf(upload.name, upload.purpose),
      maxBytes: Number(upload.bytes),
      ...(upload.sha256 !== null && { sha256: upload.sha256 }),
    });
  } catch (cause) {
    if (!(cause instanceof BlobError && cause.problem === 'damaged')) throw cause;
    throw new DatasetsError(
      'invalid',
      'the parts do not form the announced file, because its SHA-256 differs; upload the file again',
      { cause },
    );
  }
}
