-- A backbone that is being inspected is called so, as a dataset is; rows keep their state under its new name.
ALTER TYPE "added_backbone_state" RENAME VALUE 'looking' TO 'inspecting';
