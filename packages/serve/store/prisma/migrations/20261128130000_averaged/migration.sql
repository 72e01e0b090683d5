-- An epoch may be measured with the average of the weights of several.
ALTER TABLE "metric" ADD COLUMN "averaged" INTEGER;
