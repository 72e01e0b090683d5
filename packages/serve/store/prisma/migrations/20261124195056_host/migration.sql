-- DropIndex
DROP INDEX "study_folder_key";

-- AlterTable
ALTER TABLE "study" ADD COLUMN     "host" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "study_host_folder_key" ON "study"("host", "folder");
