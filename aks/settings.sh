# shellcheck shell=bash
# Reads the settings into S, in the chart's order: chart/values.yaml, settings.yaml, --settings FILE,
# chart/values-HARDWARE.yaml. Later files take precedence. The default values define the known keys and their kinds.

declare -gA kind=()

read_settings() { # FILE KIND: known or new
  local line key value number=0 quoted='^"([^"]*)"[[:space:]]*(#.*)?$'
  [[ -f $1 && -r $1 ]] || die "the settings file $1 cannot be read" "name a file with --settings FILE; it is read several times, so it cannot be a pipe"
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*)?$ || $line == --- ]] && continue
    [[ $line =~ ^([a-z_0-9]+):([[:space:]]+(.*))?$ ]] ||
      die "$1:$number: not a line of the form \"key: value\": $line" "no indentation, no lists; a comment starts with #"
    key=${BASH_REMATCH[1]} value=${BASH_REMATCH[3]:-}
    if [[ $value =~ $quoted ]]; then value=${BASH_REMATCH[1]}
    elif [[ $value == [\"\'\{\[\|\>\&\*]* ]]; then
      die "$1:$number: $key has an unsupported value: $value" "write it plainly, or in double quotes"
    else
      [[ $value == \#* ]] && value=
      value=${value%%[[:space:]]#*}
      value=${value%"${value##*[![:space:]]}"}
    fi
    [[ $value != *[\$\`]* ]] || die "$1:$number: $key has a \$ or a \` in its value: $value" "remove it; values are not expanded"
    if [ "$2" = new ]; then learn "$key" "$value"; fi
    check_kind "$1:$number" "$key" "$value"
    S[$key]=$value
  done <"$1"
}

learn() { # KEY VALUE
  [ -n "${kind[$1]:-}" ] && return
  case $2 in
    true | false) kind[$1]=boolean ;;
    '' | *[!0-9]*) kind[$1]=text ;;
    *) kind[$1]=number ;;
  esac
}

check_kind() { # WHERE KEY VALUE
  case ${kind[$2]:-unknown} in
    unknown) die "$1: unknown setting $2" "check the spelling; aks/README.md lists all settings" ;;
    number) [[ $3 =~ ^(0|[1-9][0-9]{0,8})$ ]] || die "$1: $2 is \"$3\", which is not a whole number" "use digits only, without a leading 0" ;;
    boolean) [[ $3 == true || $3 == false ]] || die "$1: $2 is \"$3\"" "use true or false" ;;
  esac
}

one_of() { # KEY VALUE...
  local key=$1 value; shift
  for value in "$@"; do [ "${S[$key]}" != "$value" ] || return 0; done
  die "$key is \"${S[$key]}\"" "choose one of: $*"
}
shaped() { # KEY PATTERN CURE
  [[ ${S[$1]} =~ $2 ]] || die "$1 is \"${S[$1]}\"" "$3"
}

load_settings() {
  local hardware_file variant known=
  for variant in "$aks"/chart/values-*.yaml; do
    known+=" $(basename "$variant" .yaml)"
  done
  known=${known//values-/}
  read_settings "$aks/chart/values.yaml" new
  read_settings "$aks/chart/values-t4.yaml" new # For the names of the settings that depend on the machines.
  read_settings "$aks/settings.yaml" new
  [ -z "$settings_file" ] || read_settings "$settings_file" known
  hardware_file=$aks/chart/values-${S[hardware]}.yaml
  [ -f "$hardware_file" ] || die "hardware is \"${S[hardware]}\", which is unknown" "choose one of:$known"
  read_settings "$hardware_file" known
  if [ -z "${S[hostname]}" ] && [ -n "${S[leaf_domain_label]}" ]; then
    S[hostname]=${S[leaf_domain_label]}.${S[location]}.cloudapp.azure.com
  fi
  one_of gpu_driver operator plugin managed
  one_of cluster_tier free standard premium
  one_of upgrade_channel none patch stable rapid node-image
  one_of node_os_upgrade_channel None Unmanaged SecurityPatch NodeImage
  one_of model_source blob image
  one_of gateway none http https
  local dns='^[a-z]([-a-z0-9]{0,37}[a-z0-9])?$'
  shaped service_name "$dns" "lower-case letters, digits and -, a letter first, at most 39"
  shaped namespace "$dns" "lower-case letters, digits and -, a letter first, at most 39"
  shaped resource_group '^[-_.()A-Za-z0-9]{1,89}[-_()A-Za-z0-9]$' "letters, digits and -_.(), at most 90"
  shaped cluster_name '^[A-Za-z0-9]([-_A-Za-z0-9]{0,61}[A-Za-z0-9])?$' "letters, digits, - and _, at most 63"
  shaped location '^[a-z0-9]+$' "use a name from az account list-locations -o table, such as westeurope"
  shaped registry_name '^([A-Za-z0-9]{5,50})?$' "5 to 50 letters and digits"
  shaped storage_account '^([a-z0-9]{3,24})?$' "3 to 24 lower-case letters and digits"
  shaped action_group '^(/subscriptions/.+)?$' "the resource id of an action group: az monitor action-group show --query id"
  shaped key_vault '^([A-Za-z][-A-Za-z0-9]{1,22}[A-Za-z0-9])?$' "3 to 24 letters, digits and -"
  local id='^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$' range='[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?'
  shaped entra_admin_group "$id" "use the group's object id: az ad group show --group NAME --query id -o tsv"
  shaped provisioner_id "$id" "use an object id, such as 00000000-0000-0000-0000-000000000000"
  shaped authorized_ip_ranges "^($range(,$range)*)?\$" "addresses or ranges with commas between: 203.0.113.0/24,198.51.100.7/32"
  shaped model_name '^[A-Za-z0-9][-A-Za-z0-9._]{0,99}$' "letters, digits, . _ and -, at most 100"
  [ "${S[model_version]}" -gt 0 ] || die "model_version is 0" "versions start at 1"
  if ${S[node_autoscale_enabled]}; then
    ((S[node_min_count] <= S[node_count] && S[node_count] <= S[node_max_count])) ||
      die "node_count is ${S[node_count]}, not between node_min_count ${S[node_min_count]} and node_max_count ${S[node_max_count]}" \
        "the cluster autoscaler starts with node_count machines: choose a number between them"
    [ "${S[gpu_cores]}" -eq 0 ] || [ "${S[gpu_driver]}" != managed ] ||
      die "gpu_driver is managed, where AKS does not support the cluster autoscaler" "use gpu_driver operator or plugin, or node_autoscale_enabled: false"
  fi
  read_tags
  [[ ${S[node_vm_size]} =~ ^Standard_(NC(6|12|24)r?(s_v[23])?|NV(6|12|24)(s_v2)?|ND(6|12|24)r?s)(_Promo)?$ ]] &&
    die "node_vm_size is ${S[node_vm_size]}, a size that Azure has retired" \
      "use hardware t4 (Standard_NC4as_T4_v3), a100 or h100; chart/values-${S[hardware]}.yaml has the size"
  helm_values=(-f "$aks/settings.yaml")
  [ -z "$settings_file" ] || helm_values+=(-f "$settings_file")
  helm_values+=(-f "$hardware_file")
  # The collector that monitoring.sh installs.
  if ${S[enable_app_insights]} && [ -z "${S[otlp_endpoint]}" ]; then helm_values+=(--set-string otlp_endpoint=http://collector.insights:4318); fi
}

# Sets tags to words NAME=VALUE. Commas separate them, and values may then contain spaces; without a comma, spaces do.
read_tags() {
  local separator=' ' word words
  [[ ${S[tags]} != *,* ]] || separator=,
  IFS=$separator read -ra words <<<"${S[tags]}"
  tags=()
  for word in ${words[@]+"${words[@]}"}; do
    word=${word#"${word%%[![:space:]]*}"}
    word=${word%"${word##*[![:space:]]}"}
    [ -n "$word" ] || continue
    [[ $word =~ ^[^=\<\>%\&\\?/]{1,128}=.{0,256}$ ]] || die "tags has \"$word\", which is not of the form name=value" \
      "put commas between tags whose values have spaces: owner=Jane Doe,project=lynxeye; a name has none of <>%&\\?/"
    tags+=("$word")
  done
}

# The local store, from which register-model.sh takes the model, and what an import needs.
store=${LYNXEYE_STORE:-$root/model-store}
need_for_model() { # VERSION
  [ -d "$store/${S[model_name]}/$1" ] || need mvn npm
}

# Names that are empty in the settings are derived from the subscription's id.
name_things() {
  ask subscription_id az account show --query id -o tsv
  [ -n "$subscription_id" ] || die "az has no subscription" "log in: az login, or set subscription"
  local short="\${subscription_id:0:8}"
  $dry_run || short=${subscription_id:0:8}
  registry=${S[registry_name]:-lynxeye$short}
  account=${S[storage_account]:-lynxeye$short}
}
