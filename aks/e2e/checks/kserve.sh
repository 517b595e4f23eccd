# shellcheck shell=bash
# Lynxeye as a runtime of KServe: what its controller makes of kserve/*.yaml.

check_kserve() {
  kubectl get customresourcedefinition inferenceservices.serving.kserve.io >/dev/null 2>&1 || { skip "KServe" "the cluster does not know its kinds"; return; }
  use_hardware cpu || { skip "KServe" "$why"; return; }
  new_namespace
  local folder
  folder=$(dirname "$chart")/kserve
  sed 's/REGISTRY\.azurecr\.io/simulated.azurecr.io/' "$folder/runtime.yaml" >"$work/runtime.yaml"
  check "the ServingRuntime is accepted" k apply -f "$work/runtime.yaml" || return 0
  check "the InferenceService is accepted" k apply -f "$folder/service.yaml" || return 0
  if ! eventually 30 k get deployment resnet50-predictor; then
    skip "KServe makes a Deployment of it" "no controller answered within 30 s"
    return
  fi
  pass "KServe made a Deployment of it"
  check "its pod is ready" k rollout status deployment/resnet50-predictor --timeout 60s || true
  seen "$(k get pods -o wide --no-headers)"
  seen "$(k get inferenceservice,service,hpa,httproute --ignore-not-found 2>/dev/null)"
}
