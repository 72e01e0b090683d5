-- A trial says why the sampler chose it; those of before do not.
ALTER TABLE "trial" ADD COLUMN "why" TEXT;
