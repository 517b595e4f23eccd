# shellcheck shell=bash
# Part of provision.sh: who runs it, and the roles of identities.

# Sets me and me_kind: the object id and the kind of the user, service principal or managed identity that az is logged in
# as. The access token names the object id. Microsoft Graph is not asked, because service principals often may not read it.
find_me() {
  local token
  ask me_kind az account show --query user.type -o tsv
  if [ -n "${S[provisioner_id]}" ]; then
    me=${S[provisioner_id]}
  elif $dry_run; then
    declare -f object_id
    printf 'me=$(%s | object_id)\n' "$(typed az account get-access-token --query accessToken -o tsv)"
    me='${me}'
  else
    ask token az account get-access-token --query accessToken -o tsv
    me=$(object_id <<<"$token") || true
    [ -n "$me" ] || die "az's access token does not say who you are" \
      "set provisioner_id to the object id of your user, service principal or managed identity (Entra ID in the portal)"
  fi
}

# The token's middle part is JSON in base64url without padding. base64 complains about too much padding at the end.
object_id() { { cut -d. -f2 | tr _- /+; echo '==='; } | base64 -d 2>/dev/null | grep -o '"oid":"[^"]*"' | cut -d'"' -f4; }

allow() { # ROLE OBJECT_ID KIND SCOPE
  ensure "role $1" az role assignment list --assignee-object-id "$2" --role "$1" --scope "$4" --fill-principal-name false --query '[0].id' -o tsv -- \
    az role assignment create --assignee-object-id "$2" --assignee-principal-type "$3" --role "$1" --scope "$4" --output none
}
