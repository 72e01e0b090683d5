#!/usr/bin/env bash
# Brings what backup.sh has copied to a new place: deploy/restore.sh FOLDER
# DATABASE_URL names an empty database, or ESPALIER_STORE a folder that is not there yet; ESPALIER_BLOBS an
# empty place. Nothing that is there is overwritten.
set -euo pipefail
umask 077
source=${1:?give the folder of a backup}
data=${XDG_DATA_HOME:-$HOME/.local/share}/espalier
store=${ESPALIER_STORE:-$data/store}
blobs=${ESPALIER_BLOBS:-file://$data/blobs}
(cd "$source" && sha256sum --quiet --check SHA256SUMS)

if [ -n "${DATABASE_URL:-}" ]; then
  [ -f "$source/database" ] || { echo "$source is of a store in a folder; leave DATABASE_URL out" >&2; exit 1; }
  tables=$(psql --no-psqlrc --tuples-only --no-align --command \
    "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'" "$DATABASE_URL")
  [ "$tables" = 0 ] || { echo "the database has $tables tables already; give an empty one" >&2; exit 1; }
else
  [ -d "$source/postgres" ] || { echo "$source is of a PostgreSQL server; set DATABASE_URL" >&2; exit 1; }
  [ ! -e "$store/postgres" ] || { echo "$store holds a store already; give another folder" >&2; exit 1; }
fi
case $blobs in
  file://*)
    folder=${blobs#file://}
    if [ -d "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
      echo "$folder holds something already; give another place by ESPALIER_BLOBS" >&2
      exit 1
    fi
    ;;
esac

case $blobs in
  file://*) mkdir -p "${blobs#file://}" && cp -a "$source/blobs/." "${blobs#file://}/" ;;
  s3://*) aws s3 sync "$source/blobs" "${blobs%%\?*}" --only-show-errors ;;
esac
if [ -n "${DATABASE_URL:-}" ]; then
  pg_restore --no-owner --no-privileges --exit-on-error --single-transaction \
    --dbname="$DATABASE_URL" "$source/database"
else
  mkdir -p "$store"
  cp -a "$source/postgres" "$store/postgres"
fi
for name in secret studies.list; do
  if [ -f "$source/$name" ] && [ ! -e "$store/$name" ]; then
    mkdir -p "$store"
    cp -p "$source/$name" "$store/$name"
  fi
done
echo "restored; start the server with the same ESPALIER_SECRET, or everybody signs in again"
