# shellcheck shell=bash
# Part of start.sh: the programs. One that is in the bin folder already is used; the others are built from Go modules whose
# versions and digests go.mod and go.sum pin.

declare -A package=(
  [etcd]=go.etcd.io/etcd/server/v3
  [kube-apiserver]=k8s.io/kubernetes/cmd/kube-apiserver
  [kube-controller-manager]=k8s.io/kubernetes/cmd/kube-controller-manager
  [kube-scheduler]=k8s.io/kubernetes/cmd/kube-scheduler
  [kubectl]=k8s.io/kubernetes/cmd/kubectl
  [kwok]=sigs.k8s.io/kwok/cmd/kwok
  [helm]=helm.sh/helm/v3/cmd/helm
)
kubernetes_version() { sed -n 's/^\tk8s.io\/kubernetes \(v[^ ]*\).*/\1/p' "$here/go.mod"; }

# Builds one program with little memory and low priority: it may share the machine.
compile() { # NAME FOLDER PACKAGE [LDFLAGS]
  local started=$SECONDS
  if [ -x "$bin/$1" ]; then return; fi
  command -v go >/dev/null || die "$1 is not in $bin, and go was not found" "install Go 1.26 or newer, or put the program there"
  mkdir -p "$bin"
  say "$1: building it (the first one takes many minutes)"
  (cd "$2" && CGO_ENABLED=0 nice -n 10 go build -p "${GO_BUILD_PARALLEL:-2}" -trimpath -ldflags "${4:-}" -o "$bin/.$1" "$3") ||
    die "$1 cannot be built" "see the messages above"
  mv "$bin/.$1" "$bin/$1"
  say "$1: built in $((SECONDS - started)) s"
}

build_all() {
  local name version ldflags
  version=$(kubernetes_version)
  # As Kubernetes' own builds, the programs tell their version.
  ldflags="-X k8s.io/component-base/version.gitVersion=$version -X k8s.io/component-base/version.gitMajor=1"
  ldflags+=" -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<<"$version")"
  for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok helm; do
    case $name in
      kube*) compile "$name" "$here" "${package[$name]}" "$ldflags" ;;
      *) compile "$name" "$here" "${package[$name]}" ;;
    esac
  done
}

# Sets module to the folder of a Go module, which is downloaded and checked against the checksum database.
module() { # MODULE@VERSION
  module=$(go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [ -n "$module" ] || die "the Go module $1 cannot be downloaded" "check the network: go mod download $1"
}
