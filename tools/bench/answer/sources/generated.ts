import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateSounds } from '../../../sounds/generate.js';
import { generateSurfaces } from '../../../surfaces/generate.js';
import type { Source } from '../item.js';
import { filesByFolder } from './folders.js';

const PER_CLASS = 140;

export const surfaces: Source = async ({ scratch }) => {
  const folder = join(scratch, 'surfaces');
  if (!existsSync(folder)) await generateSurfaces({ folder, perClass: PER_CLASS, seed: 11 });
  return filesByFolder(folder);
};

export const sounds: Source = async ({ scratch }) => {
  const folder = join(scratch, 'sounds');
  if (!existsSync(folder)) await generateSounds({ folder, perClass: PER_CLASS, seed: 11 });
  return filesByFolder(folder);
};
