-- Studies with a journal come in again from it, now by its bytes.
DELETE FROM "study" WHERE "folder" IS NOT NULL;

-- AlterTable
ALTER TABLE "study" DROP COLUMN "journalRead",
ADD COLUMN     "journalEnd" BIGINT NOT NULL DEFAULT 0;
