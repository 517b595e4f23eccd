#!/usr/bin/env bash
# check.sh: has the Azure CLI's own code parse every az call of the scripts. Nothing is sent: no network, no login.
#   aks/az-check/check.sh
# Installs the version of requirements.txt into ~/.cache/lynxeye first, which takes minutes and 1 GB.

set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's/^azure-cli==//p' "$here/requirements.txt")
venv=${LYNXEYE_AZ_CHECK_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/lynxeye/az-check-$version}
if ! [ -x "$venv/bin/az" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
fi
exec "$venv/bin/python" "$here/check.py"
