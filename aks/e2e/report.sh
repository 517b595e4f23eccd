# shellcheck shell=bash
# Part of run.sh: one line for each check, and the total.

passed=0 failed=0 skipped=0
failures=()

group() { printf '\n== %s\n' "$*"; current=$1; }
pass() { passed=$((passed + 1)); printf 'pass     %s\n' "$1"; }
fail() { # TEXT [WHAT WAS SEEN]
  failed=$((failed + 1)); failures+=("$current: $1")
  printf 'FAIL     %s\n' "$1"
  seen "${2:-}"
}
skip() { skipped=$((skipped + 1)); printf 'skipped  %s: %s\n' "$1" "$2"; } # TEXT WHY
seen() { if [ -n "$1" ]; then sed 's/^/           /' <<<"$1"; fi; }

# Passes if the command succeeds; otherwise shows its output.
check() { # TEXT COMMAND...
  local text=$1 output; shift
  if output=$("$@" 2>&1); then pass "$text"; else fail "$text" "$(tail -n 15 <<<"$output")"; return 1; fi
}
same() { # TEXT WANTED GOT
  if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2"$'\n'"got:    $3"; fi
}
at_most() { # TEXT LIMIT GOT
  if [[ $3 =~ ^[0-9]+$ ]] && [ "$3" -le "$2" ]; then pass "$1: $3"; else fail "$1" "at most $2, but it was ${3:-unknown}"; fi
}
at_least() { # TEXT LIMIT GOT
  if [[ $3 =~ ^[0-9]+$ ]] && [ "$3" -ge "$2" ]; then pass "$1: $3"; else fail "$1" "at least $2, but it was ${3:-unknown}"; fi
}
# Passes if the text has the pattern, and shows the line that has it.
says() { # TEXT PATTERN OUTPUT
  local line
  if line=$(grep -m1 -iE -- "$2" <<<"$3"); then pass "$1"; seen "$(cut -c1-240 <<<"$line")"
  else fail "$1" "no line with: $2"$'\n'"$(tail -n 15 <<<"$3")"; fi
}

# Waits until a command succeeds; its state is the cluster's, so there is nothing to be notified by.
eventually() { # SECONDS COMMAND...
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.5
  done
}

total() {
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  if [ "$failed" -gt 0 ]; then printf 'failed: %s\n' "${failures[@]}"; return 1; fi
  [ "$passed" -gt 0 ] || { echo "nothing was checked"; return 1; }
}
