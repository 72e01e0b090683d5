import type { Domain, Range, Value } from '@espalier/study';
import type { Modality } from '@espalier/transfer';
import type { Recipe } from '../recipe.js';

/** A backbone that a space is made for. */
export interface Member {
  readonly id: string;
  readonly modality: Modality;
  /** Depths that it can be trained with, ascending. */
  readonly freezeDepths: readonly number[];
  /** Why it cannot be trained with a depth, as a clause. */
  readonly whyNot: (depth: number) => string;
  /** Names of its augmentation policies whose views fit the cache. */
  readonly policies: readonly string[];
  /** Floating-point operations of a training step for one example, by the freeze depth. */
  readonly work?: readonly number[];
}

/** What a value may be written by. */
export interface WrittenFor {
  readonly stages: number;
}

/** Under which values of other dimensions a dimension has a meaning. */
export type Condition = Readonly<Record<string, readonly Value[]>>;

/** One thing that a search varies. */
export interface Dimension {
  /** For tables and forms: "Learning rate". */
  readonly label: string;
  /** For the command line and the page, without a full stop. */
  readonly help: string;
  readonly domain: Domain;
  /** How a range that a person types is searched. */
  readonly scale: 'linear' | 'logarithmic';
  /** The option of the command line, where it is not the name in kebab case. */
  readonly flag?: string;
  /** Whether each backbone has a range of its own. */
  readonly ofBackbone?: true;
  readonly when?: Condition;
  /** The value of configurations without one: those of studies that began before there was the dimension. */
  readonly absent?: Value;
  /** The value of the baseline from random weights, which is trained as a whole; the winner's where it is absent. */
  readonly whole?: Value;
  /** Gives the names that mean something for a modality; all where it is absent. */
  readonly namesIn?: () => Readonly<Record<string, readonly string[]>>;
  /**
   * What its values are, where they are depths: those behind which a suffix is trained from cached activations,
   * or those whose features are read.
   */
  readonly depths?: 'trained' | 'read';
  /** Modalities that it has a meaning for; all where it is absent. */
  readonly modalities?: readonly Modality[];
  /** What is searched where nothing is asked for. */
  readonly usual: (member: Member) => Range;
  /** What {@link usual} gives, for people who have not named a backbone yet. */
  readonly usually: string;
  /**
   * A range as far as it is possible for a backbone.
   *
   * @throws SearchError where none of it is
   */
  readonly narrow?: (range: Range, member: Member) => Range;
  /**
   * Whether trials that train side by side may differ in it, or have to be alike. Where it is left out, only trials
   * with the value of {@link absent}, or none, train beside others.
   */
  readonly beside?: 'any' | 'alike';
  /**
   * How likely a value is thought good before anything is seen, relative to the likeliest, in (0, 1]; all alike
   * where it is absent.
   */
  readonly belief?: (value: Value) => number;
  /** Writes a value for people, as one of a backbone where that is known. */
  readonly write: (value: Value, backbone?: WrittenFor) => string;
  /** Puts a value into a recipe. */
  readonly take: (recipe: Recipe, value: Value) => Recipe;
}

type Described = Omit<Dimension, 'domain' | 'write' | 'take' | 'scale'>;

type Limits = Omit<Extract<Domain, { kind: 'number' }>, 'kind'>;

/** A dimension of numbers. */
export const numberDimension = ({
  limits,
  scale = 'linear',
  write = (value) => String(value),
  take,
  ...described
}: Described & {
  readonly limits: Limits;
  readonly scale?: Dimension['scale'];
  readonly write?: (value: number, backbone?: WrittenFor) => string;
  readonly take: (recipe: Recipe, value: number) => Recipe;
}): Dimension => ({
  ...described,
  scale,
  domain: { kind: 'number', ...limits },
  write: (value, backbone) => write(Number(value), backbone),
  take: (recipe, value) => take(recipe, Number(value)),
});

type Names = readonly [string, ...string[]];

/** A dimension of names. */
export const nameDimension = ({
  names,
  take,
  ...described
}: Described & {
  /** All names, or what gives those that there are by now. */
  readonly names: Names | (() => Names);
  readonly take: (recipe: Recipe, value: string) => Recipe;
}): Dimension => ({
  ...described,
  scale: 'linear',
  get domain(): Domain {
    return { kind: 'name', names: typeof names === 'function' ? names() : names };
  },
  write: String,
  take: (recipe, value) => take(recipe, String(value)),
});

export const choices = (...values: readonly Value[]): Range => ({ kind: 'choices', values });
