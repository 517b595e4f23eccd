#!/usr/bin/env bash
# query.sh: has pictures scored by the service, and prints what it sees in them.
#   aks/query.sh [PICTURE...] [--url URL] [--key-file FILE] [--settings FILE] [--dry-run]
# Without pictures: samples/lynx.jpg. The service is at --url (then no cluster is needed), at the
# gateway's address, or behind a kubectl port-forward, which this starts and ends. The key: of
# --key-file, of LYNXEYE_KEY, or of the cluster's Secret; it never stands on a command line.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/steps.sh"
source "$aks/address.sh"

pictures=()
own_option() {
  find_option "$@"
  if [ "$taken" = 0 ] && [[ $1 != -* ]]; then pictures+=("$1"); taken=1; fi
}
begin "$@"
need curl
[ ${#pictures[@]} -gt 0 ] || pictures=("$root/samples/lynx.jpg")
for picture in "${pictures[@]}"; do
  [[ -f $picture && -r $picture ]] || die "$picture cannot be read" "name a picture's file"
done
find_service

# One prediction a line: probability, index, label. The answer's fields stand in this order.
table() {
  grep -oE '"index":[0-9]+,"label":"([^"\\]|\\.)*","probability":[-+.0-9eE]+' |
    sed -E 's/"index":([0-9]+),"label":"(.*)","probability":(.*)/\3\t\1\t\2/' |
    awk -F '\t' '{ printf "  %.4f %5d  %s\n", $1, $2, $3 }'
}

bad=0
for picture in "${pictures[@]}"; do
  call=(curl -sS --max-time 120 -w '\n%{http_code}' --data-binary "@$picture" -H 'Content-Type: application/octet-stream')
  if $dry_run; then
    if $with_key; then typed "${call[@]}" -H '@<(key)' | sed "s/'@<(key)'/@<(printf 'Authorization: Bearer %s' \"\$key\")/"
    else typed "${call[@]}"; fi
    printf ' "%s"\n' "$url/score"
    continue
  fi
  # The pipe lives as long as the command it stands in. An empty file of headers adds none.
  answer=$("${call[@]}" -H @<(if $with_key; then printf 'Authorization: Bearer %s' "$key"; fi) "$url/score" 2>"$errors") ||
    die "$url does not answer: $(tail -n 1 "$errors")" "see whether the service runs: aks/deploy.sh tells its state"
  status=${answer##*$'\n'} body=${answer%$'\n'*}
  if [ "$status" = 200 ]; then
    printf '%s\n' "$picture"
    table <<<"$body" || printf '  %.200s\n' "$body" # A model without classes answers otherwise.
  else
    bad=1
    message=$(sed -nE 's/.*"message":"(([^"\\]|\\.)*)".*/\1/p' <<<"$body")
    printf '%s: %s %s\n' "$picture" "$status" "${message:-$body}" >&2
    case $status in
      401 | 403) echo "  -> the key is not right: --key-file FILE or LYNXEYE_KEY with one of the service's two keys" >&2 ;;
      404) echo "  -> is the address right, and is the model loaded?" >&2 ;;
      503) echo "  -> it has too much to do or still loads: ask again, or raise num_replicas" >&2 ;;
    esac
  fi
done
forwarded
say "Costs: nothing of its own. To delete what was queried: aks/cleanup.sh --service"
exit "$bad"
