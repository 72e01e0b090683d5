import { splitNames, type ScannedExample } from '@espalier/data';
import type { StudyData } from '@espalier/runner';
import type { Member } from './summary.js';

/** Every example of a dataset that was read, with what is told of it. */
export const membersOf = ({
  splits,
}: StudyData): { readonly example: ScannedExample; readonly member: Member }[] =>
  splitNames.flatMap((split) =>
    splits[split].map((example) => ({ example, member: { id: example.id, split, label: example.label } })),
  );
