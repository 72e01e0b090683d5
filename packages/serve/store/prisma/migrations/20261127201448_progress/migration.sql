-- AlterTable
ALTER TABLE "dataset" ADD COLUMN     "looks" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "task" ADD COLUMN     "progress" JSONB;
