# shellcheck shell=bash
# Part of deploy.sh: two keys of clients and the administrator's key, in the vault if there is one, else in a Secret. A
# key is never on a command line: it is made, checked and kept in a variable, and the programs read it from their
# standard input.

# Sets a variable to a key like those of ./lynxeye keys generate: 32 random bytes in base64url, which are 43 characters.
make_key() { # VARIABLE
  ask "$1" bash -c 'head -c 32 /dev/urandom | base64 | tr /+ _- | tr -d "=\n"'
  local made=${!1}
  if $dry_run; then printf -v "$1" '%s' "\${$1:?}"; return; fi # An empty one ends the command that would store it.
  [[ $made =~ ^[A-Za-z0-9_-]{43}$ ]] ||
    die "no key was made: ${#made} characters instead of 43" "check that head, base64 and tr work; nothing was stored"
}

ensure_keys() {
  local name key primary_key secondary_key admin_key input='' set patch secret=$service-keys
  for name in primary secondary admin; do make_key "${name}_key"; done
  if [ -n "${S[key_vault]}" ]; then
    for name in primary secondary admin; do
      key=${name}_key input=${!key}
      vault_set "$name"
      ensure "key $service-$name in ${S[key_vault]}" \
        az keyvault secret list --vault-name "${S[key_vault]}" --query "[?name=='$service-$name'].name" -o tsv -- "${set[@]}"
    done
    return
  fi
  input="primary=$primary_key\nsecondary=$secondary_key\nadmin=$admin_key\n"
  ensure "keys in Secret $secret" kubectl get secret "$secret" "${in_namespace[@]}" --ignore-not-found -o name -- \
    kubectl create secret generic "$secret" "${in_namespace[@]}" --from-env-file=/dev/stdin
  for name in primary secondary admin; do # A Secret of an earlier version may lack one, or have an empty one.
    key=${name}_key
    patch_of "$name" "${!key}"
    ensure "key $name in Secret $secret" \
      kubectl get secret "$secret" "${in_namespace[@]}" -o "go-template={{if .data.$name}}yes{{end}}" -- "${patch[@]}"
  done
}

vault_set() { # NAME
  set=(az keyvault secret set --vault-name "${S[key_vault]}" --name "$service-$1" --encoding utf-8 --output none --file /dev/stdin)
}
patch_of() { # NAME KEY
  input="{\"stringData\":{\"$1\":\"$2\"}}"
  patch=(kubectl patch secret "$service-keys" "${in_namespace[@]}" --type merge --patch-file /dev/stdin)
}

rotate_key() { # NAME
  local key input='' set patch
  if [ -z "${S[key_vault]}" ] && ! $dry_run; then
    there kubectl get secret "$service-keys" "${in_namespace[@]}" --ignore-not-found -o name ||
      die "there is no Secret $service-keys in $namespace" "run deploy.sh first; it creates the keys"
  fi
  make_key key
  if [ -n "${S[key_vault]}" ]; then
    vault_set "$1"
    input=$key
    change "${set[@]}"
  else
    patch_of "$1" "$key"
    change "${patch[@]}"
  fi
  say "The $1 key has been replaced; running pods use the new one within two minutes. Clients with another key are not affected."
  say "Read it: $(read_key "$1")"
}

read_key() { # NAME
  printf '%s' "KUBECONFIG=$KUBECONFIG kubectl get secret $service-keys -n $namespace -o go-template='{{.data.$1 | base64decode}}'"
}
