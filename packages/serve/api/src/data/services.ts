import type { Blobs } from '@espalier/blobs';
import { join } from 'node:path';
import {
  createExampleReader,
  createUploads,
  datasetLimits,
  inspectInChild,
  type DatasetLimits,
  type ExampleReader,
  type PathPolicy,
  type Uploads,
} from '@espalier/datasets';
import { privateFolder } from '@espalier/base/files';
import type { Database } from '@espalier/store';
import type { Offer } from '@espalier/study';
import type { BackboneEntry } from './backbones.js';
import { createAddedBackbones, type AddedBackbones, type InspectBackbone } from './added.js';
import { createChecks, type CheckBackbone, type Checks } from './checks.js';
import { createInspections, type Inspections } from './inspections.js';
import { createPredictors, type PredictionWatch, type Predictors } from './predictors.js';

/** Services for the procedures of datasets, backbones and models, besides the store. */
export interface DataServices {
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly policy: PathPolicy;
  /** Folder for what is fetched from the blobs. */
  readonly folder: string;
  readonly examples: ExampleReader;
  /** Most bytes of a project's uploads, where an admin has set no other limit. */
  readonly uploadBytes: number;
  readonly inspections: Inspections;
  readonly predictors: Predictors;
  readonly backbones: () => Promise<readonly BackboneEntry[]>;
  /** Backbones, dimensions, samplers and pruners that a study can name. */
  readonly offer: () => Promise<Offer>;
  /** Whether the network of a reference to a hub is on this machine already. */
  readonly isThere: (reference: string) => Promise<boolean>;
  readonly checks: Checks;
  /** Those that people add to their projects. */
  readonly added: AddedBackbones;
  /** Discards abandoned uploads, now and every hour; ends what is under way when it is closed. */
  close(): Promise<void>;
}

export interface DataOptions {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly policy: PathPolicy;
  readonly folder: string;
  readonly backbones: () => Promise<readonly BackboneEntry[]>;
  readonly offer: () => Promise<Offer>;
  readonly check: CheckBackbone;
  readonly inspectBackbone: InspectBackbone;
  readonly isThere: (reference: string) => Promise<boolean>;
  readonly onFailure: (error: unknown, what: string) => void;
  readonly inspect?: typeof inspectInChild;
  readonly watch?: PredictionWatch;
  /** Limits of datasets; by default those of the environment. */
  readonly limits?: DatasetLimits;
}

const SWEEP_MILLISECONDS = 60 * 60 * 1000;

/** An inspection that ends where it takes too much. */
const inspectWithin =
  ({ inspect }: DatasetLimits): typeof inspectInChild =>
  (path, options, hooks) =>
    inspectInChild(path, options, { ...hooks, limits: inspect });

export function createDataServices(options: DataOptions): DataServices {
  const { database, blobs, policy, folder, backbones, check, inspectBackbone, onFailure } = options;
  const { watch, limits = datasetLimits() } = options;
  const inspect = options.inspect ?? inspectWithin(limits);
  privateFolder(folder);
  const uploads = createUploads({ database, blobs, uploadBytes: limits.uploadBytes });
  const examples = createExampleReader({ limits, thumbnails: join(folder, '..', 'thumbnails') });
  const inspections = createInspections({ database, blobs, policy, folder, onFailure, inspect });
  const checks = createChecks({ database, check, onFailure });
  const ownFolder = join(folder, '..', 'backbones');
  const added = createAddedBackbones({ database, blobs, folder: ownFolder, inspectBackbone, onFailure });
  const predictors = createPredictors({ blobs, folder, ...(watch && { watch }) });
  let sweeping: Promise<unknown> = Promise.resolve();
  const sweep = (): void => {
    sweeping = uploads.sweep().catch((error: unknown) => onFailure(error, 'sweep of uploads'));
  };
  sweep();
  const timer = setInterval(sweep, SWEEP_MILLISECONDS).unref();
  return {
    blobs,
    uploads,
    policy,
    folder,
    examples,
    uploadBytes: limits.uploadBytes,
    inspections,
    predictors,
    backbones,
    checks,
    added,
    offer: options.offer,
    isThere: options.isThere,
    close: async () => {
      clearInterval(timer);
      examples.close();
      await Promise.all([
        ...[sweeping, inspections.close(), checks.close(), added.close()],
        predictors.close(),
      ]);
      blobs.close();
    },
  };
}
