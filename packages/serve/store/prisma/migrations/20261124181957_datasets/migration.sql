-- CreateEnum
CREATE TYPE "dataset_source" AS ENUM ('path', 'upload');

-- CreateEnum
CREATE TYPE "dataset_state" AS ENUM ('registered', 'inspecting', 'ready', 'failed');

-- AlterTable
ALTER TABLE "dataset" ADD COLUMN     "reason" TEXT,
ADD COLUMN     "source" "dataset_source" NOT NULL DEFAULT 'path',
ADD COLUMN     "state" "dataset_state" NOT NULL DEFAULT 'registered',
ALTER COLUMN "modality" DROP NOT NULL;

-- CreateTable
CREATE TABLE "upload" (
    "id" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "partBytes" INTEGER NOT NULL,
    "sha256" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "upload_updatedAt_idx" ON "upload"("updatedAt");

-- AddForeignKey
ALTER TABLE "upload" ADD CONSTRAINT "upload_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
