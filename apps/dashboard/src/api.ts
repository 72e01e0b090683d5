import type { AppRouter } from '@espalier/api';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';

const url = '/api/trpc';

/** The procedures of the server that served the page. */
export const api = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === 'subscription',
      true: httpSubscriptionLink({ url }),
      false: httpBatchLink({ url }),
    }),
  ],
});

type Api = typeof api;
export type StudyItem = Awaited<ReturnType<Api['studies']['list']['query']>>['items'][number];
export type Study = Awaited<ReturnType<Api['studies']['get']['query']>>;
export type Trial = Awaited<ReturnType<Api['trials']['list']['query']>>['items'][number];
export type Probe = Awaited<ReturnType<Api['studies']['probes']['query']>>[number];
export type Curve = Awaited<ReturnType<Api['trials']['curves']['query']>>[number];
export type Decision = Awaited<ReturnType<Api['studies']['decisions']['query']>>[number];
export type Role = Parameters<Api['members']['setRole']['mutate']>[0]['role'];
export type DatasetItem = Awaited<ReturnType<Api['datasets']['list']['query']>>['items'][number];
export type Dataset = Awaited<ReturnType<Api['datasets']['get']['query']>>;
export type DatasetSummary = NonNullable<Dataset['summary']>;
export type Member = Awaited<ReturnType<Api['datasets']['samples']['query']>>['items'][number];
export type Backbone = Awaited<ReturnType<Api['backbones']['list']['query']>>[number];
export type AddedBackbone = Awaited<ReturnType<Api['backbones']['added']['query']>>[number];
export type BackboneCheck = NonNullable<Backbone['check']>;
export type Model = Awaited<ReturnType<Api['models']['get']['query']>>;
export type Project = Awaited<ReturnType<Api['projects']['list']['query']>>[number];
/** Options of reading a dataset, such as the columns of a table. */
export type ReadOptions = NonNullable<Parameters<Api['datasets']['register']['mutate']>[0]['options']>;
/** The backbones, dimensions, samplers and pruners that a study can name. */
export type Offer = Awaited<ReturnType<Api['offer']['get']['query']>>;
export type NewStudy = Parameters<Api['studies']['create']['mutate']>[0];
export type Worker = Awaited<ReturnType<Api['workers']['list']['query']>>[number];
