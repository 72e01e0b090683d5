-- AlterTable
ALTER TABLE "event" ADD COLUMN     "key" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "event_studyId_key_key" ON "event"("studyId", "key");
