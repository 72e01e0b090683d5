import { router, viewerProcedure } from '../trpc.js';

export const backbones = router({
  /** Every backbone that has a name; nothing is loaded or fetched. */
  list: viewerProcedure.query(({ ctx: { data } }) => data.backbones()),
});
