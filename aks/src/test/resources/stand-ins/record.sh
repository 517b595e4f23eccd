# shellcheck shell=bash
# Shared by all stand-ins: records the call in $CLOUD/calls, fails if the test asks for it, and reads the values of options.

note() {
  local word line=$1; shift
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]]; then line+=" $word"; else line+=" '${word//\'/\'\\\'\'}'"; fi
  done
  printf '%s\n' "$line" >>"$CLOUD/calls"
}

# A file $CLOUD/fail/PROGRAM-VERB...: its text is the error. A file of that name in $CLOUD/times: how often it still occurs.
fail_if_told() {
  local name=$1 word left; shift
  for word in "$@"; do
    [[ $word != -* ]] || break
    name+=-$word
    if [ -f "$CLOUD/interrupt/$name" ]; then kill -INT 0; fi # Ctrl-C goes to all programs of the terminal.
    [ -f "$CLOUD/fail/$name" ] || continue
    cat "$CLOUD/fail/$name" >&2
    if [ -f "$CLOUD/times/$name" ]; then
      left=$(($(cat "$CLOUD/times/$name") - 1))
      echo "$left" >"$CLOUD/times/$name"
      [ "$left" -gt 0 ] || rm "$CLOUD/fail/$name"
    fi
    exit 1
  done
}

option() { # NAME WORD...
  local name=$1; shift
  while [ $# -gt 0 ]; do
    if [ "$1" = "$name" ]; then printf '%s' "$2"; return; fi
    if [[ $1 == "$name="* ]]; then printf '%s' "${1#*=}"; return; fi
    shift
  done
}
has() { local name=$1 word; shift; for word in "$@"; do [ "$word" != "$name" ] || return 0; done; return 1; }
