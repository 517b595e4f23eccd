# shellcheck shell=bash
# Part of deploy.sh: two keys of clients and the administrator's key, in the vault if there is one, else in a Secret. A key is never on a
# command line: the programs read it from a pipe.

# A bash pipe that produces a new key; a dry run prints it as one would type it.
key_pipe='<(head -c 32 /dev/urandom | basenc --base64url -w0 | tr -d =)'

ensure_keys() {
  local name secret=$service-keys
  if [ -n "${S[key_vault]}" ]; then
    local check set
    for name in primary secondary admin; do
      check=(az keyvault secret list --vault-name "${S[key_vault]}" --query "[?name=='$service-$name'].name" -o tsv)
      vault_set "$name"
      if $dry_run; then ensure "key" "${check[@]}" -- "${set[@]}" "$key_pipe"
      else ensure "key $service-$name in ${S[key_vault]}" "${check[@]}" -- "${set[@]}" <(new_key); fi
    done
    return
  fi
  local check=(kubectl get secret "$secret" "${in_namespace[@]}" --ignore-not-found -o name)
  local make=(kubectl create secret generic "$secret" "${in_namespace[@]}")
  local has_admin=(kubectl get secret "$secret" "${in_namespace[@]}" -o 'go-template={{if .data.admin}}yes{{end}}')
  local patch=(kubectl patch secret "$secret" "${in_namespace[@]}" --type merge --patch-file)
  if $dry_run; then
    ensure "keys" "${check[@]}" -- "${make[@]}" --from-file={primary,secondary,admin}="$key_pipe" |
      sed "s/'\(--from-file=[a-z]*=<([^']*)\)'/\1/g"
    ensure "key" "${has_admin[@]}" -- "${patch[@]}" "$(patch_pipe admin)"
  elif there "${check[@]}"; then
    say "keys in Secret $secret: exist already"
    if ! there "${has_admin[@]}"; then # A Secret of an earlier version.
      say "key admin in Secret $secret: creating it"
      change "${patch[@]}" <(new_patch admin)
    fi
  else
    say "keys in Secret $secret: creating them"
    change "${make[@]}" --from-file=primary=<(new_key) --from-file=secondary=<(new_key) --from-file=admin=<(new_key)
  fi
}

vault_set() { # NAME
  set=(az keyvault secret set --vault-name "${S[key_vault]}" --name "$service-$1" --encoding utf-8 --output none --file)
}

patch_pipe() { # NAME
  printf '%s' "<(printf '{\"stringData\":{\"$1\":\"%s\"}}' \"\$(head -c 32 /dev/urandom | basenc --base64url -w0 | tr -d =)\")"
}
new_patch() { printf '{"stringData":{"%s":"%s"}}' "$1" "$(new_key)"; } # NAME

rotate_key() { # NAME
  local patch=(kubectl patch secret "$service-keys" "${in_namespace[@]}" --type merge --patch-file)
  if [ -n "${S[key_vault]}" ]; then
    local set
    vault_set "$1"
    if $dry_run; then change "${set[@]}" "$key_pipe"; else change "${set[@]}" <(new_key); fi
  elif $dry_run; then
    change "${patch[@]}" "$(patch_pipe "$1")"
  else
    there kubectl get secret "$service-keys" "${in_namespace[@]}" --ignore-not-found -o name ||
      die "there is no Secret $service-keys in $namespace" "run deploy.sh first; it creates the keys"
    change "${patch[@]}" <(new_patch "$1")
  fi
  say "The $1 key has been replaced; running pods use the new one within two minutes. Clients with another key are not affected."
  say "Read it: KUBECONFIG=$KUBECONFIG kubectl get secret $service-keys -n $namespace -o go-template='{{.data.$1 | base64decode}}'"
}
