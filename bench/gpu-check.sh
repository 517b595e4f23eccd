#!/usr/bin/env bash
# Does a GPU answer as the CPU does, and how much faster is it? On any machine with an NVIDIA driver.
#   bench/gpu-check.sh [OPTIONS of ./lynxeye bench gpu]   in a checkout: builds, fetches CUDA, measures
#   bench/gpu-check.sh --pack DIR                         for a machine without Java and without network:
#       writes all it takes as pieces of 64 MiB at most. Carry the whole of DIR there, then: DIR/run.sh
# The exit code is 0 only if the devices agree; gpu.json has every figure.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)

pack() {
  local to=$1
  [ ! -e "$to" ] || { echo "gpu-check: $to is there already: name a folder to be made" >&2; exit 1; }
  mkdir -p "$to"
  bundle=$(mktemp -d -- "$to/bundle.XXXXXX")
  trap 'chmod -R u+w -- "$bundle"; rm -rf -- "$bundle"' EXIT
  "$root/docker/bundle.sh" "$bundle" --with-cuda --with-java --with-model --with-bench
  echo "packing ..." >&2
  tar -C "$bundle" -c . | gzip -3 | split -b 64M -a 3 - "$to/part."
  (cd "$to" && sha256sum part.* >SHA256SUMS)
  cat >"$to/run.sh" <<'RUN'
#!/usr/bin/env bash
# Joins, checks and unpacks the pieces beside this file, and runs the check: bash, tar, gzip and the NVIDIA
# driver are all it needs, and 6 GB of disk. Options are those of bench gpu, such as --seconds 10.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=${LYNXEYE_WORK:-$here/work}
if [ ! -e "$work/complete" ]; then
  (cd "$here" && sha256sum --quiet -c SHA256SUMS) || { echo "carry the named pieces over again" >&2; exit 1; }
  mkdir -p "$work/bundle"
  cat "$here"/part.* | gzip -d | tar -C "$work/bundle" -x --no-same-owner
  touch "$work/complete"
fi
export LYNXEYE_CACHE=$work/cache
exec "$work/bundle/lynxeye" bench gpu --out "$here" "$@"
RUN
  chmod +x "$to/run.sh"
  echo "$(find "$to" -name 'part.*' | wc -l) pieces, $(du -csh "$to"/part.* | tail -1 | cut -f1): carry $to over, then run run.sh there" >&2
}

if [ "${1:-}" = --pack ]; then
  [ $# = 2 ] || { echo "gpu-check: name the folder to be made: --pack DIR" >&2; exit 2; }
  pack "$2"
else
  exec "$root/lynxeye" bench gpu --with-cuda "$@"
fi
