#!/usr/bin/env bash
# Compares scores and speed of GPU and CPU, on any machine with an NVIDIA driver.
#   bench/gpu-check.sh [OPTIONS of ./lynxeye bench gpu]   in a checkout: builds, downloads CUDA, measures
#   bench/gpu-check.sh --pack DIR                         for a machine without Java and network: writes
#       everything that it needs to DIR, in pieces of at most 64 MiB. Copy DIR there and run DIR/run.sh
# The exit code is 0 only if the devices agree; gpu.json has every figure.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)

pack() {
  local to=$1
  [ ! -e "$to" ] || { echo "gpu-check: $to exists already: name a new folder" >&2; exit 1; }
  mkdir -p "$to"
  bundle=$(mktemp -d -- "$to/bundle.XXXXXX")
  trap 'chmod -R u+w -- "$bundle"; rm -rf -- "$bundle"' EXIT
  "$root/docker/bundle.sh" "$bundle" --with-cuda --with-java --with-model --with-bench
  echo "packing ..." >&2
  tar -C "$bundle" -c . | gzip -3 | split -b 64M -a 3 - "$to/part."
  (cd "$to" && sha256sum part.* >SHA256SUMS)
  cat >"$to/run.sh" <<'RUN'
#!/usr/bin/env bash
# Checks, joins and unpacks the pieces next to this file, then compares the devices. Needs bash, tar, gzip, the
# NVIDIA driver and 6 GB of disk. Takes the options of bench gpu, such as --seconds 10.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=${LYNXEYE_WORK:-$here/work}
if [ ! -e "$work/complete" ]; then
  (cd "$here" && sha256sum --quiet -c SHA256SUMS) || { echo "copy the named pieces again" >&2; exit 1; }
  mkdir -p "$work/bundle"
  cat "$here"/part.* | gzip -d | tar -C "$work/bundle" -x --no-same-owner
  touch "$work/complete"
fi
export LYNXEYE_CACHE=$work/cache
exec "$work/bundle/lynxeye" bench gpu --out "$here" "$@"
RUN
  chmod +x "$to/run.sh"
  echo "$(find "$to" -name 'part.*' | wc -l) pieces, $(du -csh "$to"/part.* | tail -1 | cut -f1): copy $to to the machine, then run run.sh there" >&2
}

if [ "${1:-}" = --pack ]; then
  [ $# = 2 ] || { echo "gpu-check: name the folder to create: --pack DIR" >&2; exit 2; }
  pack "$2"
else
  exec "$root/lynxeye" bench gpu --with-cuda "$@"
fi
