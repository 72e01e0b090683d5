import type { Upload } from '@espalier/datasets';
import type { UploadPurpose } from '@espalier/store';
import { z } from 'zod';
import type { Access, Context } from '../context.js';
import { plainText } from './texts.js';
import { notFound } from '../trpc.js';

/** Says which file will come, in parts by PUT to `/api/uploads/<id>/<part>`. */
export const uploadStart = z.object({
  projectId: z.uuid(),
  name: plainText(200).min(1),
  bytes: z.number().int().positive(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits in small letters')
    .optional(),
});

/** @throws TRPCError where the organisation has no such upload of that purpose */
export async function requireUpload(
  { data }: Context,
  { organizationId }: Access,
  { id, purpose }: { readonly id: string; readonly purpose: UploadPurpose },
): Promise<Upload> {
  const upload = await data.uploads.find(id, organizationId);
  if (upload === null || upload.purpose !== purpose) throw notFound('upload');
  return upload;
}

/** @throws TRPCError where the organisation has no such project */
export async function requireProject(
  { database }: Context,
  { organizationId }: Access,
  projectId: string,
): Promise<void> {
  const where = { id: projectId, organizationId };
  if ((await database.client.project.findFirst({ where, select: { id: true } })) === null)
    throw notFound('project');
}
