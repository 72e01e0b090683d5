import { join } from 'node:path';
import type { SplitName } from '../../dataset.js';
import { counted } from '../../words.js';
import { folderNamed, type FolderName } from './splitName.js';
import type { Walk } from './walk.js';

/** A folder whose sub-folders are classes, or which a table describes. */
export interface LabelledPart {
  readonly folder: string;
  readonly split: SplitName | null;
  readonly labels:
    | { readonly kind: 'folders'; readonly classes: readonly string[] }
    | { readonly kind: 'table'; readonly path: string };
}

/** Where a folder's examples and their labels lie. */
export interface Layout {
  readonly parts: readonly LabelledPart[];
  /** What was found, ignored or looked through, a sentence each. */
  readonly notes: readonly string[];
}

/** Finds class folders in a folder, or train, validation and test folders of them, however they are spelt. */
export async function findLayout(walk: Walk): Promise<Layout> {
  const { folders } = await walk.look(walk.root);
  const splits = await findSplits(walk, folders);
  if (splits !== null) return splits;
  const { classes, notes } = await withoutSplits(walk, folders);
  return { parts: [{ folder: walk.root, split: null, labels: { kind: 'folders', classes } }], notes };
}

interface Found {
  readonly name: string;
  readonly told: FolderName;
  readonly content: Content;
}

/** What a folder that may be a split holds. */
type Content =
  | { readonly kind: 'labelled'; readonly folder: string; readonly labels: LabelledPart['labels'] }
  | { readonly kind: 'unlabelled'; readonly files: number }
  | { readonly kind: 'empty' };

/** The splits, where a labelled train folder lies beside another split of the same spelling; else null. */
async function findSplits(walk: Walk, names: readonly string[]): Promise<Layout | null> {
  const named = names.flatMap((name) => {
    const told = folderNamed(name);
    return told === null ? [] : [{ name, told }];
  });
  // Train folders come first: they tell which folders of the others are classes.
  named.sort((a, b) => Number(b.told.split === 'train') - Number(a.told.split === 'train'));
  const found: Found[] = [];
  const classes = new Set<string>();
  for (const { name, told } of named) {
    const content = await contentOf(walk, join(walk.root, name), classes);
    found.push({ name, told, content });
    if (told.split !== 'train' || content.kind !== 'labelled' || content.labels.kind !== 'folders') continue;
    for (const own of content.labels.classes) classes.add(own.normalize('NFC'));
  }
  const train = found.find(({ told, content }) => told.split === 'train' && content.kind === 'labelled');
  if (train === undefined) return null;
  const members = found
    .filter(({ told }) => told.rest === train.told.rest || told.split === 'unlabelled')
    .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  if (members.length < 2) return null;
  const labelled = members.flatMap(({ told, content }): LabelledPart[] =>
    content.kind !== 'labelled' || told.split === 'unlabelled'
      ? []
      : [{ folder: content.folder, split: told.split, labels: content.labels }],
  );
  // A dataset with labels in its train folder alone leaves the splitting to us.
  const alone = labelled.every(({ split }) => split === 'train');
  const parts = alone ? labelled.map((part) => ({ ...part, split: null })) : labelled;
  return { parts, notes: splitNotes(names, members, alone) };
}

function splitNotes(names: readonly string[], members: readonly Found[], alone: boolean): string[] {
  const labelled = members.filter(
    ({ told, content }) => content.kind === 'labelled' && told.split !== 'unlabelled',
  );
  const shown = labelled.map(({ name }) => name).join(', ');
  const unused = names.filter((name) => !members.some((member) => member.name === name));
  return [
    alone ? `Took the classes from ${shown} alone.` : `Kept the dataset's own splits: ${shown}.`,
    ...members.flatMap(({ name, content }) =>
      content.kind === 'unlabelled' ? [unlabelledNote(name, content.files)] : [],
    ),
    ...members.flatMap(({ name, told, content }) =>
      told.split === 'unlabelled' && content.kind === 'labelled'
        ? [`Left out the folder ${name}: by its name it holds examples without labels.`]
        : [],
    ),
    ...unused.map((name) => `Ignored the folder ${name}: it is not a split with class folders.`),
  ];
}

const unlabelledNote = (name: string, files: number): string =>
  `Left out the folder ${name}: its ${counted(files, 'file lies', 'files lie')} in no class folder, so ${files === 1 ? 'it has' : 'they have'} no label.`;

/** Looks into a folder that may be a split, and through a folder around its classes. */
async function contentOf(walk: Walk, folder: string, classes: ReadonlySet<string>): Promise<Content> {
  const { folders, media, tables } = await walk.look(folder);
  const [only] = folders;
  const [table] = tables;
  if (table !== undefined && tables.length === 1 && folders.length < 2) {
    return { kind: 'labelled', folder, labels: { kind: 'table', path: join(folder, table) } };
  }
  if (folders.length >= 2 || (only !== undefined && classes.has(only.normalize('NFC')))) {
    return { kind: 'labelled', folder, labels: { kind: 'folders', classes: folders } };
  }
  if (only !== undefined && media.length === 0) return contentOf(walk, join(folder, only), classes);
  return media.length > 0 ? { kind: 'unlabelled', files: media.length } : { kind: 'empty' };
}

/** Class folders without one that a name tells to be a split, where two classes are left. */
async function withoutSplits(
  walk: Walk,
  names: readonly string[],
): Promise<{ classes: readonly string[]; notes: string[] }> {
  const suspects = names.filter((name) => {
    const told = folderNamed(name);
    return told !== null && told.rest === '';
  });
  if (suspects.length === 0 || names.length - suspects.length < 2) return { classes: names, notes: [] };
  const notes: string[] = [];
  for (const name of suspects) {
    const { media } = await walk.look(join(walk.root, name));
    notes.push(
      `Left out the folder ${name} (${counted(media.length, 'file')}): by its name it is no class; rename it if it is one.`,
    );
  }
  return { classes: names.filter((name) => !suspects.includes(name)), notes };
}
