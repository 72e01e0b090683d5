-- Trials from random weights were told by a negative number, and their tasks were of a kind of their own.
CREATE TYPE "trial_role" AS ENUM ('searched', 'baseline');

CREATE TYPE "task_kind_new" AS ENUM ('plan', 'trial', 'finish');
ALTER TABLE "task" ALTER COLUMN "kind" TYPE "task_kind_new"
  USING ((CASE WHEN "kind"::text = 'twin' THEN 'trial' ELSE "kind"::text END)::"task_kind_new");
ALTER TYPE "task_kind" RENAME TO "task_kind_old";
ALTER TYPE "task_kind_new" RENAME TO "task_kind";
DROP TYPE "task_kind_old";

DROP INDEX "trial_studyId_bestAccuracy_idx";
DROP INDEX "trial_studyId_number_key";

ALTER TABLE "study" ADD COLUMN "objective" JSONB NOT NULL
  DEFAULT '{"name":"accuracy","label":"Accuracy","direction":"maximise","unit":"share"}';

ALTER TABLE "trial" RENAME COLUMN "bestAccuracy" TO "bestGain";
ALTER TABLE "trial"
  ADD COLUMN "role" "trial_role" NOT NULL DEFAULT 'searched',
  ADD COLUMN "values" JSONB NOT NULL DEFAULT '{}';
UPDATE "trial" SET
  "values" = jsonb_build_object(
    'freezeDepth', "freezeDepth", 'learningRate', "learningRate", 'layerDecay', "layerDecay",
    'weightDecay', "weightDecay", 'augmentation', "augmentation"
  ),
  "role" = (CASE WHEN "number" < 0 THEN 'baseline' ELSE 'searched' END)::"trial_role",
  "number" = CASE WHEN "number" < 0 THEN -1 - "number" ELSE "number" END;
ALTER TABLE "trial"
  ALTER COLUMN "values" DROP DEFAULT,
  DROP COLUMN "freezeDepth",
  DROP COLUMN "learningRate",
  DROP COLUMN "layerDecay",
  DROP COLUMN "weightDecay",
  DROP COLUMN "augmentation";

-- An epoch knew one metric.
ALTER TABLE "metric" ADD COLUMN "metrics" JSONB NOT NULL DEFAULT '{}';
UPDATE "metric" SET "metrics" = jsonb_build_object('accuracy', "validationAccuracy");
ALTER TABLE "metric" ALTER COLUMN "metrics" DROP DEFAULT, DROP COLUMN "validationAccuracy";

CREATE INDEX "trial_studyId_bestGain_idx" ON "trial"("studyId", "bestGain" DESC);
CREATE UNIQUE INDEX "trial_studyId_role_number_key" ON "trial"("studyId", "role", "number");
