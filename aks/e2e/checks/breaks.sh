# shellcheck shell=bash
# What goes wrong on purpose, and what deploy.sh says about it. Every one is followed by the repair.

check_breaks() {
  use_hardware t4 || { skip "deliberate breaks" "$why"; return; }
  $simulated || { skip "deliberate breaks" "deploy.sh takes its image from a registry of Azure"; return; }
  local patience=20s scripts=''
  prepare_scripts
  break_quota
  break_security
  break_image
  break_key
}

# Each break has a namespace of its own, and all machines.
next() { # NAME
  end_group
  use_hardware "$hardware"
  ns=lynxeye-e2e-$1
  new_namespace
}

# Runs deploy.sh, which must fail and say why.
fails_with() { # TEXT PATTERN...
  local text=$1; shift
  run_script deploy.sh
  if [ "$code" -eq 0 ]; then fail "$text: deploy.sh fails" "it ended with 0"; return; fi
  for pattern in "$@"; do says "$text: it says ${pattern//|/ or }" "$pattern" "$said"; done
  seen "cure: $(sed -n 's/^  -> //p' <<<"$said")"
}
heals() { # TEXT
  patience=120s run_script deploy.sh
  if [ "$code" -eq 0 ]; then pass "$1"; else fail "$1" "$(tail -n 8 <<<"$said")"; fi
}

break_quota() {
  next quota; use_settings
  k create quota gpus --hard requests.nvidia.com/gpu=1 >/dev/null
  fails_with "a quota of 1 GPU" "exceeded quota"
  same "a quota of 1 GPU: one replica runs" 1 "$(of_pods '.items | length')"
  k delete quota gpus >/dev/null
  heals "without the quota, deploy.sh succeeds"
}

# The chart keeps to the standard "restricted", so a copy of it is broken first.
break_security() {
  next security; use_settings
  scripts=$work/broken
  mkdir -p "$scripts"
  cp -r "$chart" "$chart"/../*.sh "$chart"/../settings.yaml "$scripts"
  grep -rl 'allowPrivilegeEscalation: false' "$scripts/chart/templates" | xargs sed -i 's/allowPrivilegeEscalation: false/allowPrivilegeEscalation: true/'
  fails_with "a pod that Pod Security refuses" "violates PodSecurity"
  scripts=
  heals "with the chart as it is, deploy.sh succeeds"
}

break_image() {
  next image; use_settings "registry_name: missing"
  fails_with "an image that is missing (simulated)" "ImagePull" "check-acr|image.sh"
  use_settings
  heals "with an image that is there, deploy.sh succeeds"
}

break_key() {
  local own=$service
  service=badkey
  next badkey; use_settings "service_name: badkey"
  fails_with "a key that the server refuses (simulated)" "CrashLoop" "log"
  service=$own
}
