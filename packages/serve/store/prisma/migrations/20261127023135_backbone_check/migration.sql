-- CreateEnum
CREATE TYPE "backbone_check_state" AS ENUM ('waiting', 'running', 'passed', 'failed');

-- CreateTable
CREATE TABLE "backbone_check" (
    "id" TEXT NOT NULL,
    "state" "backbone_check_state" NOT NULL,
    "checks" JSONB NOT NULL DEFAULT '[]',
    "reason" TEXT,
    "version" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "backbone_check_pkey" PRIMARY KEY ("id")
);
