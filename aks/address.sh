# shellcheck shell=bash
# Part of query.sh and load-test.sh: finds the service's address and the key it requires. Sets url, with_key and key.

url=
key_file=
key=
with_key=false
forwards=false
# In a dry run: prints how to end what forward would have started.
forwarded() { if $forwards; then echo 'kill "$forwarder"'; fi; }
find_option() {
  case $1 in
    --url) [ $# -gt 1 ] || die "--url needs an address"; url=${2%/} taken=2 ;;
    --key-file) [ $# -gt 1 ] || die "--key-file needs a file"; key_file=$2 taken=2 ;;
  esac
}

find_service() {
  local address
  name_service
  if [ -z "$url" ]; then
    need az kubectl
    use_cluster
  fi
  if [ -n "$key_file" ]; then
    [[ -f $key_file && -r $key_file ]] || die "$key_file cannot be read" "name a file that holds one key"
    key=$(tr -d '\r\n' <"$key_file")
    [ -n "$key" ] || die "$key_file is empty" "name a file that holds one key"
  elif [ -n "${LYNXEYE_KEY:-}" ]; then
    key=$LYNXEYE_KEY
  elif [ -z "$url" ] && $has_keys; then
    ask key kubectl get secret "$service-keys" "${in_namespace[@]}" -o 'go-template={{.data.primary | base64decode}}'
    [ -n "$key" ] || die "the Secret $service-keys has no primary key" "run deploy.sh, which creates it"
  fi
  if [ -n "$key" ]; then with_key=true; fi
  if [ -n "$url" ]; then return; fi
  if [ "${S[gateway]}" != none ]; then
    ask address kubectl get gateway "$service" "${in_namespace[@]}" -o 'jsonpath={.status.addresses[0].value}'
    [ -n "$address" ] || die "the gateway has no address yet" "wait a minute: kubectl get gateway $service -n ${S[namespace]}"
    url=$(service_url "$address")
  else
    forward "$service"
  fi
}

forward() { # SERVICE
  local command=(kubectl port-forward "service/$1" "${in_namespace[@]}" :8080) port='' end
  if $dry_run; then
    typed "${command[@]}"; echo ' >forward.log & forwarder=$!'
    echo 'until grep -q "^Forwarding" forward.log; do sleep 0.1; done'
    forwards=true
    echo 'port=$(sed -nE "s/^Forwarding from 127.0.0.1:([0-9]+) .*/\1/p" forward.log)'
    url='http://127.0.0.1:${port}'
    return
  fi
  local forward_log
  forward_log=$(mktemp)
  temporary+=("$forward_log")
  "${command[@]}" >"$forward_log" 2>&1 &
  forwarder=$!
  end=$((SECONDS + 20))
  while [ -z "$port" ]; do
    port=$(sed -nE 's/^Forwarding from 127.0.0.1:([0-9]+) .*/\1/p' "$forward_log")
    [ -n "$port" ] && break
    kill -0 "$forwarder" 2>/dev/null || die "kubectl port-forward ended: $(tail -n 2 "$forward_log")" "check that the service runs: aks/state.sh"
    [ "$SECONDS" -lt "$end" ] || die "kubectl port-forward did not start within 20 s" "check that a pod is ready: aks/state.sh"
    sleep 0.1
  done
  url=http://127.0.0.1:$port
  export no_proxy=127.0.0.1,${no_proxy:-${NO_PROXY:-}} # The key must not go through a proxy.
}
