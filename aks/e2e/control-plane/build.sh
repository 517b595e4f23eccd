# shellcheck shell=bash
# Part of start.sh: the programs. Those that are in the bin folder already are used; the others are built from Go modules
# whose versions and digests go.mod and go.sum pin.

declare -A package=(
  [etcd]=go.etcd.io/etcd/server/v3
  [kube-apiserver]=k8s.io/kubernetes/cmd/kube-apiserver
  [kube-controller-manager]=k8s.io/kubernetes/cmd/kube-controller-manager
  [kube-scheduler]=k8s.io/kubernetes/cmd/kube-scheduler
  [kubectl]=k8s.io/kubernetes/cmd/kubectl
  [kwok]=sigs.k8s.io/kwok/cmd/kwok
  [helm]=helm.sh/helm/v3/cmd/helm
  [keda-operator]=./cmd/operator
  [keda-metrics]=./cmd/adapter
  [kserve-manager]=./cmd/manager
)

# Builds what is missing, in one command, which compiles what the programs share once; with low priority, because it may
# share the machine.
compile() { # FOLDER LDFLAGS NAME...
  local folder=$1 ldflags=$2 name started=$SECONDS missing=() packages=(); shift 2
  for name in "$@"; do
    [ -x "$bin/$name" ] || { missing+=("$name"); packages+=("${package[$name]}"); }
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  command -v go >/dev/null || die "not in $bin: ${missing[*]}; and go was not found" "install Go 1.26 or newer, or put them there"
  say "building ${missing[*]}: takes many minutes the first time"
  mkdir -p "$bin/new"
  (cd "$folder" && CGO_ENABLED=0 nice -n 10 go build -p "${GO_BUILD_PARALLEL:-2}" -trimpath -ldflags "$ldflags" -o "$bin/new/" "${packages[@]}") ||
    die "they cannot be built" "see the messages above"
  for name in "${missing[@]}"; do
    # Go names a program after its folder, or after the one above if that is a version.
    [[ ${package[$name]} != */v[0-9] ]] || package[$name]=${package[$name]%/*}
    mv "$bin/new/${package[$name]##*/}" "$bin/$name"
  done
  say "built in $((SECONDS - started)) s"
}

build_all() {
  local version minor
  version=$(sed -n 's/^\tk8s.io\/kubernetes \(v[^ ]*\).*/\1/p' "$here/go.mod")
  # As in their own builds, Kubernetes' programs know their version, and Helm the newest Kubernetes that it knows.
  minor=$(cut -d. -f2 <<<"$version")
  compile "$here" "-X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1 \
-X k8s.io/component-base/version.gitMinor=$minor -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 \
-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=$minor" etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok helm
}

# Sets module to the folder of a Go module, which is downloaded and checked against the checksum database.
module() { # MODULE@VERSION
  module=$(go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [ -n "$module" ] || die "the Go module $1 cannot be downloaded" "check the network: go mod download $1"
}
