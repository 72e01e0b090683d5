import { setTimeout as sleep } from 'node:timers/promises';
import type { AppRouter } from '@espalier/api';
import { createTRPCClient, httpLink } from '@trpc/client';

/** Subjects of the screenshots. */
export interface Prepared {
  readonly datasetId: string;
  readonly modelId: string;
  /** Finished. */
  readonly studyId: string;
  /** Begins another study, of which a trial runs. */
  readonly beginAnother: () => Promise<string>;
}

const LOOK_MILLISECONDS = 500;

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await sleep(LOOK_MILLISECONDS);
  }
}

/** Makes a dataset and a finished study on a server. */
export async function prepare(url: string, path: string): Promise<Prepared> {
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/api/trpc` })] });
  const [project] = await api.projects.list.query();
  if (project === undefined) throw new Error('there is no project');
  const projectId = project.id;
  const { id: datasetId } = await api.datasets.register.mutate({ projectId, name: 'Surfaces', path });
  await api.datasets.inspect.mutate({ id: datasetId });
  await until(async () => {
    const { state, reason } = await api.datasets.get.query({ id: datasetId });
    if (state === 'failed') throw new Error(String(reason));
    return state === 'ready' ? state : null;
  });
  const begin = async (name: string, trials: number): Promise<string> => {
    const search = { budget: { trials, epochs: 10 }, seed: 1 };
    return (await api.studies.create.mutate({ datasetId, name, search })).id;
  };
  const studyId = await begin('Surfaces', 6);
  const modelId = await until(async () => {
    const { state, models } = await api.studies.get.query({ id: studyId });
    if (state === 'failed') throw new Error('the study failed');
    return models[0]?.id ?? null;
  });
  return {
    ...{ datasetId, modelId, studyId },
    beginAnother: async () => {
      const id = await begin('Surfaces, longer', 12);
      await until(async () => {
        const { standing } = await api.studies.get.query({ id });
        return standing.ended >= 2 ? id : null;
      });
      return id;
    },
  };
}
