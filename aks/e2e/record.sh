# shellcheck shell=bash
# Part of run.sh: records what happens to the service's pods, in order, and compares it with what the Deployment promises.

recorder=

# A line for each change: seconds, pod, placed on, ready, leaving, gone, waits for a machine.
start_recording() { # FILE
  recording=$1
  kubectl get pods --namespace "$ns" --selector "app.kubernetes.io/instance=$service" --watch --output-watch-events -o json \
    > >(jq --unbuffered -r '[now, .object.metadata.name, (.object.spec.nodeName // "-"),
        (any(.object.status.conditions[]?; .type == "Ready" and .status == "True")),
        (.object.metadata.deletionTimestamp != null), (.type == "DELETED"),
        (any(.object.status.conditions[]?; .type == "PodScheduled" and .reason == "Unschedulable"))] | map(tostring) | join(" ")' >"$recording") 2>/dev/null &
  recorder=$!
  eventually 20 test -s "$recording" || true
}

stop_recording() {
  if [ -n "$recorder" ]; then
    kill "$recorder" 2>/dev/null || true
    wait "$recorder" 2>/dev/null || true
    recorder=
  fi
}

# Prints the order of events, and sets the greatest number of pods, the smallest number of ready ones, and how many pods
# waited for a machine in vain: for more than 10 s, the scheduler's longest back-off, after another pod made room.
read_recording() {
  stop_recording
  local summary
  summary=$(awk '
    function tell(what) { printf "+%5.1f s  %-34s %s\n", $1 - start, pod, what }
    NR == 1 { start = $1; fewest = -1 }
    {
      pod = $2; first = !(pod in known); known[pod] = 1
      settled = $1 - start > 0.3 # The pods that were there at first come one by one.
      if (first && settled) tell("created")
      if ($3 != "-" && place[pod] == "") {
        place[pod] = $3; if (settled) tell("placed on " $3)
        if (pod in waits && $1 - (room > waits[pod] ? room : waits[pod]) > 10) stuck++
      }
      if ($7 == "true" && !(pod in waits) && place[pod] == "") { waits[pod] = $1; tell("waits for a machine") }
      if ($5 == "true" && !leaving[pod]) { leaving[pod] = 1; tell("leaves") }
      if ($4 == "true" && !ready[pod]) { ready[pod] = 1; if (settled) tell("ready") }
      if ($6 == "true" && !gone[pod]) { gone[pod] = 1; room = $1; tell("gone") }
      pods = up = 0
      for (other in known) if (!leaving[other] && !gone[other]) { pods++; if (ready[other]) up++ }
      if (settled || !first) { if (pods > most) most = pods; if (fewest < 0 || up < fewest) fewest = up }
    }
    END {
      for (pod in waits) if (place[pod] == "" && !gone[pod]) stuck++
      print "SUM", most + 0, fewest + 0, stuck + 0
    }' "$recording")
  order=$(grep -v '^SUM' <<<"$summary" || true)
  read -r _ most fewest stuck <<<"$(grep '^SUM' <<<"$summary")"
  seen "$order"
}

# Compares what was recorded with the Deployment's own promise.
keeps_promise() { # DEPLOYMENT
  local replicas surge unavailable
  read -r replicas surge unavailable <<<"$(k get deployment "$1" -o \
    'jsonpath={.spec.replicas} {.spec.strategy.rollingUpdate.maxSurge} {.spec.strategy.rollingUpdate.maxUnavailable}')"
  seen "the chart promises: $replicas replicas, maxSurge $surge, maxUnavailable $unavailable"
  at_most "never more pods than replicas + maxSurge" $((replicas + surge)) "$most"
  at_least "never fewer ready pods than replicas - maxUnavailable" $((replicas - unavailable)) "$fewest"
  same "no pod waits for a machine once another has made room" 0 "$stuck"
}
