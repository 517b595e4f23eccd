# shellcheck shell=bash
# Part of run.sh: runs the scripts of aks/ as a user does, on the cluster under test. Only az is a stand-in.

# Runs a script; its output is then in "said", its exit code in "code". The scripts may be a changed copy in "scripts".
run_script() { # SCRIPT OPTION...
  local name=$1; shift
  code=0
  said=$(env PATH="$e2e/stand-ins:$PATH" E2E_PATH="$PATH" E2E_KUBECONFIG="$KUBECONFIG" E2E_PATIENCE="${patience:-120s}" \
    CLOUD="$work/cloud" XDG_CACHE_HOME="$work/cache" "${scripts:-$(dirname "$chart")}/$name" --settings "$work/settings.yaml" "$@" 2>&1) || code=$?
}

# What register-model.sh and the others would have created in Azure, and the settings.
prepare_scripts() { # "KEY: VALUE"...
  export CLOUD=$work/cloud
  mkdir -p "$CLOUD"
  local az=$aks/src/test/resources/stand-ins/az variant version
  for variant in gpu cpu; do bash "$az" acr build --image "lynxeye:$(setting "$chart/../settings.yaml" image_tag)-$variant"; done
  for version in 1 2; do bash "$az" storage blob upload --name "resnet50/$version.tar.gz" --metadata "sha256=$zeros"; done
  use_settings "$@"
}
use_settings() { printf '%s\n' "namespace: $ns" "hardware: $hardware" "$@" >"$work/settings.yaml"; } # "KEY: VALUE"...
