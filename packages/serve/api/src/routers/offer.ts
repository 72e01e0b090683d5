import { offerSchema } from '@espalier/study';
import { router, viewerProcedure } from '../trpc.js';

export const offer = router({
  get: viewerProcedure
    .meta({ about: 'Lists what a study can be asked for by name: dimensions, samplers, pruners and others' })
    .output(offerSchema)
    .query(({ ctx }) => ctx.data.offer()),
});
