import type { z } from 'zod';

interface Referring {
  readonly dataset: {
    readonly classes: readonly string[];
    readonly splits: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>;
  };
  readonly backbones: readonly { readonly id: string }[];
  readonly trials: readonly {
    readonly number: number;
    readonly epochs: readonly unknown[];
    readonly configuration: { readonly backbone: string };
  }[];
  readonly evidence?:
    Readonly<Record<'mistakes' | 'cells', readonly { label: number; predicted: number }[]>> | undefined;
  readonly best: { readonly trial: number | null; readonly backbone?: string | null | undefined } & Readonly<
    Record<'train' | 'validation' | 'test', Measured>
  >;
}

interface Measured {
  readonly classification?: Classified | undefined;
}

interface Classified {
  readonly perClass: readonly unknown[];
  readonly confusion: readonly (readonly unknown[])[];
}

/** That the parts of a report speak of the same trials, backbones and classes. */
export function checkReferences(report: Referring, context: z.RefinementCtx): void {
  const complain = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  const known = new Set(report.backbones.map(({ id }) => id));
  for (const [index, { configuration }] of report.trials.entries()) {
    if (known.has(configuration.backbone)) continue;
    complain(['trials', index], `uses backbone "${configuration.backbone}", which is not listed`);
  }
  const { trial, backbone } = report.best;
  const best = report.trials.find(({ number }) => number === trial);
  if (trial !== null && best === undefined) complain(['best', 'trial'], `there is no trial ${trial}`);
  if (best?.epochs.length === 0) complain(['best', 'trial'], `trial ${best.number} has no epochs`);
  if (backbone != null && !known.has(backbone)) {
    complain(['best', 'backbone'], `uses backbone "${backbone}", which is not listed`);
  }
  const classes = report.dataset.classes.length;
  const { mistakes = [], cells = [] } = report.evidence ?? {};
  if ([...mistakes, ...cells].some(({ label, predicted }) => label >= classes || predicted >= classes)) {
    complain(['evidence'], `speaks of a class that is none of the ${classes}`);
  }
  for (const split of ['train', 'validation', 'test'] as const) {
    if (report.dataset.splits[split].length !== classes) {
      complain(['dataset', 'splits', split], `expected a count for each of ${classes} classes`);
    }
    const { classification } = report.best[split];
    if (classification === undefined) continue;
    const { perClass, confusion } = classification;
    if (perClass.length !== classes || [confusion, ...confusion].some(({ length }) => length !== classes)) {
      complain(['best', split], `does not measure ${classes} classes`);
    }
  }
}
