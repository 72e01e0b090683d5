import { modelScoreOf, studyReportSchema, type Measured, type StudyReport } from '@espalier/study';
import { json, tell } from '@espalier/store';
import { keepMeasured } from '../history/measured.js';
import { held, type Claim } from './held.js';
import { setState } from '../studies/endings.js';
import type { Queue } from '../queue.js';
import { lockStudy } from '../studies/rows.js';

/** Of a model in which nothing is pre-trained. */
const OWN_LICENCE = 'Apache-2.0';

/** A file of a finished study, in the blobs. */
export interface KeptFile {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
}

export interface StudyOutcome {
  readonly report: StudyReport;
  readonly files: readonly KeptFile[];
  /** Prefix of all keys of the files. */
  readonly prefix: string;
  /** What networks cost. */
  readonly measured: Measured;
}

/** Ends a study with its model. The same again changes nothing. @throws LostClaimError */
export function recordFinish(queue: Queue, claim: Claim, outcome: StudyOutcome): Promise<void> {
  const report = studyReportSchema.parse(outcome.report);
  return queue.transaction(async ({ tx }) => {
    const { state } = await held(tx, claim);
    if (state !== 'running') return;
    const study = await lockStudy(tx, claim.studyId);
    const { name } = await tx.study.update({ where: { id: study.id }, data: { report: json(report) } });
    const { trial: number, name: answer, backbone: used } = report.best;
    const trial =
      number === null
        ? null
        : await tx.trial.findUniqueOrThrow({
            where: { studyId_role_number: { studyId: study.id, role: 'searched', number } },
          });
    const { projectId } = study;
    const id = used === undefined ? trial?.backbone : used;
    const backbone = report.backbones.find((one) => one.id === id);
    await tx.model.create({
      data: {
        ...{ projectId, studyId: study.id, trialId: trial?.id ?? null },
        name: `${name}, ${answer ?? `trial ${number}`}`,
        // A key, where that of a search in a folder is a path.
        location: `${outcome.prefix}/${report.files.model}`,
        scores: json(modelScoreOf(report)),
        licence: backbone?.licence.spdx ?? (id === null ? OWN_LICENCE : 'unknown'),
      },
    });
    for (const { key, sha256, bytes, contentType } of outcome.files) {
      await tx.artifact.upsert({
        where: { key },
        create: { projectId, key, sha256, bytes: BigInt(bytes), contentType },
        update: {},
      });
    }
    await tx.task.update({ where: { id: claim.taskId }, data: { state: 'done', endedAt: new Date() } });
    await keepMeasured(tx, study.id, outcome.measured);
    await setState(tx, study, 'finished');
    await tell(tx, study.id, [{ kind: 'reported', data: {} }]);
  });
}
