#!/usr/bin/env bash
# Copies a store, its blobs and its secret into a new folder: deploy/backup.sh FOLDER
# Reads DATABASE_URL or ESPALIER_STORE, and ESPALIER_BLOBS, as Espalier does. A store in a folder has to be
# stopped; with PostgreSQL workers may go on, and a restored study loses at most the epochs since.
set -euo pipefail
umask 077
target=${1:?give the folder to copy into, which must not exist}
data=${XDG_DATA_HOME:-$HOME/.local/share}/espalier
store=${ESPALIER_STORE:-$data/store}
blobs=${ESPALIER_BLOBS:-file://$data/blobs}
if [ -z "${DATABASE_URL:-}" ] && compgen -G "$store/store.lock.*" >/dev/null; then
  echo "the store in $store is in use; stop its server first" >&2
  exit 1
fi
mkdir -p "$(dirname "$target")"
mkdir "$target"

copy_blobs() {
  case $blobs in
    file://*)
      mkdir -p "$target/blobs"
      if [ -d "${blobs#file://}" ]; then cp -a "${blobs#file://}/." "$target/blobs/"; fi
      ;;
    s3://*) aws s3 sync "${blobs%%\?*}" "$target/blobs" --only-show-errors ;;
  esac
}

# Twice: what the rows speak of when they are read was there before, or is there after.
copy_blobs
if [ -n "${DATABASE_URL:-}" ]; then
  pg_dump --format=custom --file="$target/database" "$DATABASE_URL"
else
  cp -a "$store/postgres" "$target/postgres"
fi
copy_blobs
if [ -f "$store/secret" ]; then cp -p "$store/secret" "$target/secret"; fi
if [ -f "$store/studies.list" ]; then cp -p "$store/studies.list" "$target/studies.list"; fi
(cd "$target" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + >SHA256SUMS)
echo "$target holds $(du -sh "$target" | cut -f1)"
