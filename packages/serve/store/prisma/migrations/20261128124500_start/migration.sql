-- A trial knows which other it began with, and whether it became better than its start; those of before do not.
ALTER TABLE "trial" ADD COLUMN "startedFrom" INTEGER, ADD COLUMN "improved" BOOLEAN;
