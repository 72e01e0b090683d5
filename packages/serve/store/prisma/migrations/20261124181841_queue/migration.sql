-- CreateEnum
CREATE TYPE "task_kind" AS ENUM ('plan', 'trial', 'twin', 'finish');

-- CreateEnum
CREATE TYPE "task_state" AS ENUM ('waiting', 'running', 'done', 'failed', 'cancelled');

-- AlterTable
ALTER TABLE "study" ADD COLUMN     "plan" JSONB,
ADD COLUMN     "runningSince" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "task" (
    "id" TEXT NOT NULL,
    "studyId" TEXT NOT NULL,
    "trialId" TEXT,
    "kind" "task_kind" NOT NULL,
    "state" "task_state" NOT NULL DEFAULT 'waiting',
    "claim" INTEGER NOT NULL DEFAULT 0,
    "losses" INTEGER NOT NULL DEFAULT 0,
    "epochs" INTEGER NOT NULL DEFAULT 0,
    "workerId" TEXT,
    "checkpoint" TEXT,
    "weights" TEXT,
    "trace" TEXT,
    "queuedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "capabilities" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stoppedAt" TIMESTAMPTZ(3),

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "task_trialId_key" ON "task"("trialId");

-- CreateIndex
CREATE INDEX "task_studyId_idx" ON "task"("studyId");

-- CreateIndex
CREATE INDEX "task_state_workerId_idx" ON "task"("state", "workerId");

-- CreateIndex
CREATE INDEX "worker_seenAt_idx" ON "worker"("seenAt");

-- CreateIndex
CREATE INDEX "study_state_idx" ON "study"("state");

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_studyId_fkey" FOREIGN KEY ("studyId") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_trialId_fkey" FOREIGN KEY ("trialId") REFERENCES "trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_workerId_fkey" FOREIGN KEY ("workerId") REFERENCES "worker"("id") ON DELETE SET NULL ON UPDATE CASCADE;
