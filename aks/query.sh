#!/usr/bin/env bash
# query.sh: sends images to the service and prints the predictions.
#   aks/query.sh [IMAGE...] [--url URL] [--key-file FILE] [--settings FILE] [--dry-run]
# Without images: samples/lynx.jpg. The service is at --url (then no cluster is needed), at the gateway's address, or
# behind a kubectl port-forward, which this script starts and ends. The key comes from --key-file, LYNXEYE_KEY or the
# cluster's Secret, and is never on a command line.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
source "$aks/address.sh"

images=()
own_option() {
  find_option "$@"
  if [ "$taken" = 0 ] && [[ $1 != -* ]]; then images+=("$1"); taken=1; fi
}
begin "$@"
need curl
[ ${#images[@]} -gt 0 ] || images=("$root/samples/lynx.jpg")
for image in "${images[@]}"; do
  [[ -f $image && -r $image ]] || die "$image cannot be read" "name an image file"
done
find_service

# Prints one prediction per line: probability, index, label. The response has its fields in this order.
table() {
  grep -oE '"index":[0-9]+,"label":"([^"\\]|\\.)*","probability":[-+.0-9eE]+' |
    sed -E 's/"index":([0-9]+),"label":"(.*)","probability":(.*)/\3\t\1\t\2/' |
    awk -F '\t' '{ printf "  %.4f %5d  %s\n", $1, $2, $3 }'
}

bad=0
for image in "${images[@]}"; do
  call=(curl -sS --max-time 120 -w '\n%{http_code}' --data-binary "@$image" -H 'Content-Type: application/octet-stream')
  if $dry_run; then
    if $with_key; then typed "${call[@]}" -H '@<(key)' | sed "s/'@<(key)'/@<(printf 'Authorization: Bearer %s' \"\$key\")/"
    else typed "${call[@]}"; fi
    printf ' "%s"\n' "$url/score"
    continue
  fi
  # The pipe exists only as long as the command. An empty header file adds no headers.
  answer=$("${call[@]}" -H @<(if $with_key; then printf 'Authorization: Bearer %s' "$key"; fi) "$url/score" 2>"$errors") ||
    die "$url does not answer: $(tail -n 1 "$errors")" "check that the service runs: aks/state.sh"
  status=${answer##*$'\n'} body=${answer%$'\n'*}
  if [ "$status" = 200 ]; then
    printf '%s\n' "$image"
    table <<<"$body" || printf '  %.200s\n' "$body" # A model without classes has another format.
  else
    bad=1
    message=$(sed -nE 's/.*"message":"(([^"\\]|\\.)*)".*/\1/p' <<<"$body")
    printf '%s: %s %s\n' "$image" "$status" "${message:-$body}" >&2
    case $status in
      401 | 403) echo "  -> the key is wrong: use one of the service's two keys in --key-file FILE or LYNXEYE_KEY" >&2 ;;
      404) echo "  -> check the address, and that the model is loaded" >&2 ;;
      503) echo "  -> it is overloaded or still loading: try again, or raise num_replicas" >&2 ;;
    esac
  fi
done
forwarded
say "Costs: nothing of its own. To delete the service: aks/cleanup.sh --service"
exit "$bad"
