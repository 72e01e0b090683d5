import { counted, nouns, policiesOf, type PolicyName } from '@espalier/data';
import type { Engine } from '@espalier/engine';
import type { ActivationStore } from '@espalier/activations';
import { canBeAlive, dimensions, type Dimension, type Member } from '@espalier/search';
import type { Environment, Range, StudyRequest, Value } from '@espalier/study';
import type { Backbone } from '@espalier/transfer';
import { openActivations, type Activations } from '../caching/activations.js';
import { openPrefix, type Prefix } from '../caching/prefix.js';
import { prepareBackbone, type PreparedBackbone } from '../backbone/backbone.js';
import { advice, type CacheBudget } from '../caching/cacheBudget.js';
import { StudyError } from '../errors.js';
import type { Listener } from './events.js';
import type { StudyData } from './examples.js';
import { commonRecipe } from './recipe.js';
import { unreadNote } from '../backbone/unread.js';

/** One backbone of a study with its cache. */
export interface Candidate {
  readonly prepared: PreparedBackbone;
  /** Depths whose features are read. */
  readonly depths: readonly number[];
  readonly activations: Activations;
  /** What computes the activations, and the features of probes. */
  readonly prefix: Prefix;
  /** Policies whose views fit the cache. */
  readonly policies: readonly PolicyName[];
}

/** Whether a backbone can be trained as a whole, and so from random weights. */
export const isTrainable = ({ prepared }: Pick<Candidate, 'prepared'>): boolean =>
  prepared.freezeDepths.includes(0);

/** A backbone as the search space knows it. */
export function memberOf({ prepared, policies: possible }: Pick<Candidate, 'prepared' | 'policies'>): Member {
  const { backbone, freezeDepths, unsupported, stages } = prepared;
  return {
    id: backbone.id,
    modality: backbone.modality,
    freezeDepths,
    policies: possible,
    whyNot: (depth) => {
      const blocked = unsupported.filter(({ stage }) => stage > depth).map(({ node }) => node);
      return blocked.length > 0
        ? `there is no gradient rule for ${[...new Set(blocked)].slice(0, 3).join(', ')}`
        : `it has ${counted(stages.length, 'stage')}`;
    },
  };
}

/** The values of a dimension that decides about what is cached, for one backbone; none where it has no meaning. */
function searchedIn(name: string, { space }: StudyRequest, member: Member): readonly Value[] {
  const dimension: Dimension = dimensions.get(name);
  if (!canBeAlive(dimension, space)) return [];
  const { usual, narrow = (range: Range) => range } = dimension;
  const range = narrow(space[name] ?? usual(member), member);
  return range.kind === 'choices' ? range.values : [];
}

/** The depths of a backbone that trials may use, in whatever dimension, ascending. */
function depthsFor(use: Dimension['depths'], settings: StudyRequest, member: Member): number[] {
  const found = dimensions
    .entries()
    .filter(([, { depths }]) => depths === use)
    .flatMap(([name]) => searchedIn(name, settings, member).map(Number));
  return [...new Set(found)].sort((a, b) => a - b);
}

function requireModality({ id, modality }: Backbone, data: StudyData): void {
  if (modality === data.modality) return;
  throw new StudyError(
    `backbone ${id} is for ${nouns[modality]}s and the dataset ${data.name} holds ${nouns[data.modality]}s; ` +
      `choose a backbone for ${nouns[data.modality]}s with --backbone`,
  );
}

export interface CandidateContext {
  readonly settings: StudyRequest;
  readonly environment: Environment;
  readonly engine: Engine;
  readonly store: ActivationStore;
  readonly data: StudyData;
  readonly emit: Listener;
  readonly budget: CacheBudget;
}

/** Loads a backbone, opens its cache, and leaves out the augmentation that does not fit. */
export async function openCandidate(backbone: Backbone, context: CandidateContext): Promise<Candidate> {
  const { settings, environment, engine, store, data, emit } = context;
  requireModality(backbone, data);
  const opened = await prepareBackbone(backbone, environment.cache.folder);
  const prepared = withNotes(opened, [
    unreadNote(opened.encoder, Object.values(data.splits).flat()),
    narrowNote(opened, data),
  ]);
  const member = memberOf({ prepared, policies: policiesOf(data.modality) });
  const trained = depthsFor('trained', settings, member);
  const read = depthsFor('read', settings, member);
  const depths = [...new Set([...trained, ...read])].sort((a, b) => a - b);
  const withBaseline = settings.baseline && isTrainable({ prepared });
  const prefix = openPrefix({ store, engine, prepared });
  const activations = openActivations({
    prefix,
    prepared,
    depths: withBaseline ? [0, ...trained] : trained,
    batch: commonRecipe(settings).batch,
  });
  emit({ kind: 'backbone', prepared, depths });
  for (const text of prepared.loaded.notes) emit({ kind: 'note', text: `${backbone.id}: ${text}` });
  const wanted = searchedIn('augmentation', settings, member).map(String);
  const admitted = context.budget.admit(backbone.id, wanted, settings, data, activations.bytesOf);
  const dropped = wanted.filter((policy) => !admitted.includes(policy));
  if (dropped.length > 0) {
    const text = `${backbone.id}: augmentation ${dropped.join(', ')} is off, its views would not fit the cache; ${advice}`;
    emit({ kind: 'note', text });
  }
  return { prepared, depths, activations, prefix, policies: admitted };
}

/** A backbone with more facts that people should see. */
function withNotes(prepared: PreparedBackbone, notes: readonly (string | null)[]): PreparedBackbone {
  const { loaded } = prepared;
  const told = notes.filter((note) => note !== null);
  return { ...prepared, loaded: { ...loaded, notes: [...loaded.notes, ...told] } };
}

/** Features as narrow as the classes may be the scores of an old classifier, and leave a new one little to read. */
const narrowNote = ({ width, features }: PreparedBackbone, { classes }: StudyData): string | null =>
  width > classes.length
    ? null
    : `Its features '${features}' are ${width} ${width === 1 ? 'number' : 'numbers'} an example, no more than there are classes (${classes.length}): they may be the scores of an older classifier; features.tensor in espalier.json names another tensor.`;
