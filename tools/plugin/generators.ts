import type { Tree } from '@nx/devkit';
import { backboneParts } from './backbone.js';
import { writePlugin, type Asked } from './write.js';

/** Generators of plugins, for `nx g @espalier/tools:<kind> <name>`; see generators.json. */

export const backbone = async (tree: Tree, asked: Asked & { readonly model?: string }): Promise<void> =>
  writePlugin(tree, 'backbone', asked, await backboneParts(asked.model));

export const reader = (tree: Tree, asked: Asked): Promise<void> => writePlugin(tree, 'reader', asked);

export const sampler = (tree: Tree, asked: Asked): Promise<void> => writePlugin(tree, 'sampler', asked);

export const pruner = (tree: Tree, asked: Asked): Promise<void> => writePlugin(tree, 'pruner', asked);
