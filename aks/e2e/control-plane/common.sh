# shellcheck shell=bash
# Shared by start.sh and stop.sh: options, folders, and starting and ending programs. Not run by itself.

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
chart=$here/../../chart
script=$(basename "$0")
state=${XDG_CACHE_HOME:-$HOME/.cache}/lynxeye/control-plane
port=26443 # The API server's; the other programs use the thirteen after it.
with_keda=false
with_kserve=false
build_only=false

say() { printf '%s\n' "$*"; }
die() { # WHAT CURE
  printf '%s: %s\n  -> %s\n' "$script" "$1" "$2" >&2
  exit 1
}
usage() { sed -n '2,/^$/ s/^# \{0,1\}//p' "$0"; }

begin() {
  [ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -ge 44 ] || die "bash $BASH_VERSION is too old" "use bash 4.4 or newer"
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage; exit 0 ;;
      --state) [ -n "${2:-}" ] || die "--state needs a folder" "name one; the default is $state"; state=$2; shift ;;
      --port) [[ ${2:-} =~ ^[0-9]{4,5}$ ]] || die "--port needs a number" "use one from 1024 to 65000"; port=$2; shift ;;
      --with-keda) with_keda=true ;;
      --with-kserve) with_kserve=true ;;
      --build-only) build_only=true ;;
      *) die "unknown option: $1" "$script --help lists them" ;;
    esac
    shift
  done
  mkdir -p "$state"
  state=$(cd "$state" && pwd)
  bin=$state/bin pki=$state/pki run=$state/run
}

need() { # PROGRAM...
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || die "$program was not found" "install it with your system's package manager"
  done
}

# True if the program of that name, started by an earlier run, is still there.
runs() { # NAME
  [ -f "$run/$1.pid" ] && [ "$(ps -o comm= -p "$(cat "$run/$1.pid")" 2>/dev/null)" = "${1:0:15}" ]
}

# Starts a program in the background, in a session of its own, with its output in a file.
launch() { # NAME OPTION...
  local name=$1; shift
  if runs "$name"; then return; fi
  setsid "$bin/$name" "$@" >"$run/$name.log" 2>&1 </dev/null &
  echo $! >"$run/$name.pid"
}

# Waits until a command succeeds. Ends if the program that should make it succeed has ended.
await() { # NAME SECONDS COMMAND...
  local name=$1 end=$((SECONDS + $2)); shift 2
  until "$@" >/dev/null 2>&1; do
    runs "$name" || die "$name ended: $(tail -n 3 "$run/$name.log")" "read $run/$name.log"
    [ "$SECONDS" -lt "$end" ] || die "$name did not answer in time" "read $run/$name.log"
    sleep 0.5
  done
}

end() { # NAME
  local pid until=$((SECONDS + 30))
  if runs "$1"; then
    pid=$(cat "$run/$1.pid")
    kill "$pid"
    while runs "$1"; do
      [ "$SECONDS" -lt "$until" ] || { kill -KILL "$pid"; break; }
      sleep 0.2
    done
    say "$1: stopped"
  fi
  rm -f "$run/$1.pid"
}
