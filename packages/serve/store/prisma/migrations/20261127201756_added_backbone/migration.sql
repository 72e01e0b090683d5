-- CreateEnum
CREATE TYPE "added_backbone_source" AS ENUM ('hub', 'path', 'upload');

-- CreateEnum
CREATE TYPE "added_backbone_state" AS ENUM ('looking', 'ready', 'failed');

-- CreateEnum
CREATE TYPE "upload_purpose" AS ENUM ('dataset', 'backbone');

-- AlterTable
ALTER TABLE "upload" ADD COLUMN     "purpose" "upload_purpose" NOT NULL DEFAULT 'dataset';

-- CreateTable
CREATE TABLE "added_backbone" (
    "id" TEXT NOT NULL,
    "projectId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "source" "added_backbone_source" NOT NULL,
    "location" TEXT NOT NULL,
    "state" "added_backbone_state" NOT NULL DEFAULT 'looking',
    "reason" TEXT,
    "facts" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "added_backbone_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "added_backbone_projectId_name_key" ON "added_backbone"("projectId", "name");

-- AddForeignKey
ALTER TABLE "added_backbone" ADD CONSTRAINT "added_backbone_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
