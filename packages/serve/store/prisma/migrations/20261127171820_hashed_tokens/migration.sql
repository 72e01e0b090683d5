-- Links that were sent keep working: the id was the token, and its hash is kept from now on.
ALTER TABLE "invitation" ADD COLUMN     "tokenHash" TEXT;
UPDATE "invitation" SET "tokenHash" = encode(sha256(convert_to("id", 'UTF8')), 'hex');
ALTER TABLE "invitation" ALTER COLUMN "tokenHash" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "invitation_tokenHash_key" ON "invitation"("tokenHash");

-- The ids themselves would still let somebody in.
CREATE TEMPORARY TABLE "renamed_invitation" ON COMMIT DROP AS
  SELECT "id" AS "before", gen_random_uuid()::TEXT AS "after" FROM "invitation";
UPDATE "audit_entry" SET "target" = "after" FROM "renamed_invitation" WHERE "target" = "before";
UPDATE "audit_entry" SET "data" = jsonb_set("data"::jsonb, '{id}', to_jsonb("after"))
  FROM "renamed_invitation" WHERE "data"::jsonb ->> 'id' = "before";
UPDATE "invitation" SET "id" = "after" FROM "renamed_invitation" WHERE "id" = "before";

-- As better-auth looks them up (packages/serve/auth/src/resets.ts).
UPDATE "verification" SET "identifier" = 'reset-hash:' || encode(sha256(convert_to("identifier", 'UTF8')), 'hex')
  WHERE "identifier" LIKE 'reset-password:%';
