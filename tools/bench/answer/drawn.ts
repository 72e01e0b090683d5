import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { drawSet } from './draw.js';
import type { Item, Workspace, Source } from './item.js';
import { allSets, answerSets, type AnswerSet, type AnswerSetName } from './sets.js';
import { writeItems } from './write.js';

/** A drawn set on the disk. */
export interface DrawnSet {
  readonly root: string;
  readonly labelled: string;
  readonly fresh: string;
  /** Reference of the backbone on a command line. */
  readonly backbone: string;
  readonly columns: { readonly textColumn?: string; readonly labelColumn?: string };
  readonly groupPattern: string | null;
}

/** Draws sets; what several are drawn from is read once. */
export function createDrawer(place: Workspace): (name: AnswerSetName, seed: number) => Promise<DrawnSet> {
  const sources = new Map<Source, Promise<Item[]>>();
  return async (name, seed) => {
    const set: AnswerSet = allSets[name];
    const items = sources.get(set.source) ?? set.source(place);
    sources.set(set.source, items);
    const drawn = drawSet(await items, set, seed);
    const root = join(place.scratch, 'sets', `${name}-${seed}`);
    await rm(root, { recursive: true, force: true });
    const isText = drawn.labelled[0]?.content.kind === 'text';
    return {
      root,
      labelled: await writeItems(join(root, 'labelled'), drawn.labelled),
      fresh: await writeItems(join(root, 'fresh'), drawn.fresh),
      backbone: set.backbone.endsWith('-mini') ? set.backbone : join(place.shared, 'backbones', set.backbone),
      columns: isText ? { textColumn: 'text', labelColumn: 'label' } : {},
      groupPattern: set.grouped === true ? 'group-([^_]+)_' : null,
    };
  };
}

/** The sets that are named, all but the shifted ones where none is. @throws RangeError with the names that there are */
export function setsNamed(named: readonly string[]): AnswerSetName[] {
  const known = Object.keys(allSets) as AnswerSetName[];
  const unknown = named.find((name) => !(name in allSets));
  if (unknown !== undefined)
    throw new RangeError(`There is no set '${unknown}'; there are ${known.join(', ')}`);
  return named.length > 0
    ? known.filter((name) => named.includes(name))
    : (Object.keys(answerSets) as AnswerSetName[]);
}
