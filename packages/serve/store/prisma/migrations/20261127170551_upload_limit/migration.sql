-- AlterTable
ALTER TABLE "project" ADD COLUMN     "uploadLimit" BIGINT;
