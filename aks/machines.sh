# shellcheck shell=bash
# Part of provision.sh: the machines that score, and the numbers of machines.

pool=(--cluster-name "$cluster" --name scoring "${in_group[@]}")
pool_has=(az aks nodepool show "${pool[@]}" -o tsv --query)
kind_of_pool=()
if $gpus; then
  kind_of_pool+=(--node-taints sku=gpu:NoSchedule)
  case ${S[gpu_driver]} in
    operator) kind_of_pool+=(--gpu-driver none) ;;
    plugin) kind_of_pool+=(--gpu-driver install) ;;
    managed) kind_of_pool+=(--enable-managed-gpu=true) ;;
  esac
fi
least=${S[node_min_count]} most=${S[node_max_count]}
range=(--min-count "$least" --max-count "$most")
machines=${S[node_count]}
if ${S[node_autoscale_enabled]}; then
  machines="$least to $most"
  kind_of_pool+=(--enable-cluster-autoscaler "${range[@]}")
fi
ensure "scoring machines" az aks nodepool show "${pool[@]}" --query id -o tsv -- \
  az aks nodepool add "${pool[@]}" --mode User --node-count "${S[node_count]}" --node-vm-size "$size" --node-osdisk-size 128 \
  --labels lynxeye.io/pool=scoring "${kind_of_pool[@]}" "${tagged[@]}" --output none

if ${S[node_autoscale_enabled]}; then
  ensure "the cluster autoscaler" "${pool_has[@]}" "enableAutoScaling && 'yes' || ''" -- \
    az aks nodepool update "${pool[@]}" --enable-cluster-autoscaler "${range[@]}" --output none
  ensure "$machines of them" "${pool_has[@]}" "minCount==\`$least\` && maxCount==\`$most\` && 'yes' || ''" -- \
    az aks nodepool update "${pool[@]}" --update-cluster-autoscaler "${range[@]}" --output none
else
  ensure "a fixed number of them" "${pool_has[@]}" "!enableAutoScaling && 'yes' || ''" -- \
    az aks nodepool update "${pool[@]}" --disable-cluster-autoscaler --output none
  ensure "$machines of them" "${pool_has[@]}" "count==\`${S[node_count]}\` && 'yes' || ''" -- \
    az aks nodepool scale "${pool[@]}" --node-count "${S[node_count]}" --output none
fi
