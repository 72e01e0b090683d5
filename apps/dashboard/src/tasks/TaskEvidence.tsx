import type { StudyReport } from '@espalier/study';
import type { ComponentType } from 'react';
import { Evidence as ClassificationEvidence } from './classification/Evidence';

export interface EvidenceProps {
  readonly studyId: string;
  readonly report: StudyReport;
}

/** Sections on the predictions of an answer, by the name of the task. */
const sections: Readonly<Record<string, ComponentType<EvidenceProps>>> = {
  classification: ClassificationEvidence,
};

/** Shows the predictions of a study's answer for unseen examples; nothing for a task without such sections. */
export function TaskEvidence(props: EvidenceProps) {
  const { task } = props.report;
  const Evidence = Object.hasOwn(sections, task) ? sections[task] : undefined;
  return Evidence === undefined ? null : <Evidence {...props} />;
}
