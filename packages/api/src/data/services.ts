import type { Blobs } from '@espalier/blobs';
import {
  createExampleReader,
  createUploads,
  inspectInChild,
  type ExampleReader,
  type PathPolicy,
  type Uploads,
} from '@espalier/datasets';
import type { Database } from '@espalier/store';
import type { BackboneEntry } from './backbones.js';
import { createChecks, type CheckBackbone, type Checks } from './checks.js';
import { createInspections, type Inspections } from './inspections.js';
import { createPredictors, type PredictionWatch, type Predictors } from './predictors.js';

/** What the procedures of datasets, backbones and models work with besides the store. */
export interface DataServices {
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  readonly policy: PathPolicy;
  /** Folder for what is fetched from the blobs. */
  readonly folder: string;
  readonly examples: ExampleReader;
  readonly inspections: Inspections;
  readonly predictors: Predictors;
  readonly backbones: () => Promise<readonly BackboneEntry[]>;
  readonly checks: Checks;
  /** Discards abandoned uploads, now and every hour; ends what is under way when it is closed. */
  close(): Promise<void>;
}

export interface DataOptions {
  readonly database: Database;
  readonly blobs: Blobs;
  readonly policy: PathPolicy;
  readonly folder: string;
  readonly backbones: () => Promise<readonly BackboneEntry[]>;
  readonly check: CheckBackbone;
  readonly onFailure: (error: unknown, what: string) => void;
  readonly inspect?: typeof inspectInChild;
  readonly watch?: PredictionWatch;
}

const SWEEP_MILLISECONDS = 60 * 60 * 1000;

export function createDataServices(options: DataOptions): DataServices {
  const { database, blobs, policy, folder, backbones, check, onFailure } = options;
  const { inspect = inspectInChild, watch } = options;
  const uploads = createUploads({ database, blobs });
  const inspections = createInspections({ database, blobs, policy, folder, onFailure, inspect });
  const checks = createChecks({ database, check, onFailure });
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
    examples: createExampleReader(),
    inspections,
    predictors,
    backbones,
    checks,
    close: async () => {
      clearInterval(timer);
      await Promise.all([sweeping, inspections.close(), checks.close(), predictors.close()]);
      blobs.close();
    },
  };
}
