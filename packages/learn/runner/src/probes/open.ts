import type { Engine } from '@espalier/engine';
import type { ActivationStore } from '@espalier/activations';
import { createProducts } from '@espalier/probes';
import type { PreparedBackbone } from '../backbone/backbone.js';
import type { Prefix } from '../caching/prefix.js';
import type { StudyData } from '../study/examples.js';
import type { StudyRequest } from '@espalier/study';
import { summariseDepths } from './blocks.js';
import { denseSource } from './denseSource.js';
import type { Judging } from './judging.js';
import { commonRecipe } from '../study/recipe.js';
import { planProbes, type NetworkSource } from './plan.js';
import { createProbing, type Probing } from './probing.js';
import { openRecipes } from './recipes.js';
import { networkVectors } from './networkVectors.js';
import { createScoring, type ScoredNetwork } from './scoring.js';

export interface ProbingContext {
  readonly engine: Engine;
  readonly store: ActivationStore;
  readonly settings: StudyRequest;
  readonly data: StudyData;
  readonly candidates: readonly {
    readonly prepared: PreparedBackbone;
    readonly depths: readonly number[];
    readonly prefix: Prefix;
  }[];
  readonly signal: AbortSignal;
  /** Seconds that are left for fitting. */
  readonly left: () => number;
}

/** Part of a study's time that a single fit may take. */
const FIT_SHARE = 0.25;
/** What a study is taken to have where nobody says how long it may take. */
const USUAL_SECONDS = 1200;

/** Probes that hold compiled graphs until they are disposed of. */
export type OpenProbing = Probing & { dispose(): Promise<void> };

/** Opens the features of a study's backbones, and of the recipes without any, for some labelled examples. */
export async function openProbing(context: ProbingContext, judging: Judging): Promise<OpenProbing> {
  const products = await createProducts(context.engine);
  const sourceContext = { ...context, products, labelled: judging.labelled };
  const networks = context.candidates.map((candidate) => networkOf(candidate, sourceContext));
  const scoring = createScoring(
    networks.map(({ scored }) => scored),
    judging,
  );
  const recipes = await openRecipes(sourceContext);
  const sources = [...networks.map(({ source }) => source), ...recipes];
  const probing = createProbing({
    plans: planProbes(networks, recipes),
    sources,
    judging,
    products,
    scoring,
    signal: context.signal,
    left: context.left,
    fitSeconds: FIT_SHARE * (context.settings.budget.seconds ?? USUAL_SECONDS),
  });
  return {
    ...probing,
    dispose: async () => {
      for (const source of sources) await source.dispose();
      await scoring.dispose();
      await products.dispose();
    },
  };
}

export type SourceContext = ProbingContext & {
  readonly products: Awaited<ReturnType<typeof createProducts>>;
  readonly labelled: Judging['labelled'];
};

function networkOf(
  { prepared, depths, prefix }: ProbingContext['candidates'][number],
  { store, engine, settings, products, labelled, signal }: SourceContext,
): NetworkSource & { readonly scored: ScoredNetwork } {
  const { loaded, backbone } = prepared;
  const last = prepared.stages.length;
  const wanted = [...new Set([...depths.filter((depth) => depth > 0), last])].sort((a, b) => a - b);
  const { model, blocks } = summariseDepths(prepared, wanted);
  const named = blocks.map((block) => ({ ...block, name: `${block.depth} ${block.statistic}` }));
  const { preprocessing } = loaded;
  const { batch } = commonRecipe(settings);
  const vectors = networkVectors({ store, engine, prepared, prefix, depths: wanted, batch });
  const options = {
    id: backbone.id,
    plain: false,
    model,
    preprocessing,
    vectors,
    products,
    labelled,
    signal,
  };
  return {
    source: denseSource({ ...options, blocks: named }),
    network: named,
    scored: { prepared, vectors, blocks: named },
  };
}
