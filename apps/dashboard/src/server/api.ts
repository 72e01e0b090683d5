import type { AppRouter } from '@espalier/api';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { createTRPCContext } from '@trpc/tanstack-react-query';

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

/** The procedures as options, keys and filters of TanStack Query, for the components of the page. */
export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>();

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
export type StudyItem = Outputs['studies']['list']['items'][number];
export type Study = Outputs['studies']['get'];
export type Trial = Outputs['trials']['list']['items'][number];
export type TrialWithEpochs = Outputs['trials']['get'];
export type Probe = Outputs['studies']['probes'][number];
export type Curve = Outputs['trials']['curves'][number];
export type Decision = Outputs['studies']['decisions'][number];
export type Role = Inputs['members']['setRole']['role'];
export type DatasetItem = Outputs['datasets']['list']['items'][number];
export type Dataset = Outputs['datasets']['get'];
export type DatasetSummary = NonNullable<Dataset['summary']>;
export type Member = Outputs['datasets']['samples']['items'][number];
export type Backbone = Outputs['backbones']['list'][number];
export type AddedBackbone = Outputs['backbones']['added'][number];
export type BackboneCheck = NonNullable<Backbone['check']>;
export type Model = Outputs['models']['get'];
export type Project = Outputs['projects']['list'][number];
/** Options of reading a dataset, such as the columns of a table. */
export type ReadOptions = NonNullable<Inputs['datasets']['register']['options']>;
/** The backbones, dimensions, samplers and pruners that a study can name. */
export type Offer = Outputs['offer']['get'];
export type NewStudy = Inputs['studies']['create'];
export type Worker = Outputs['workers']['list'][number];
