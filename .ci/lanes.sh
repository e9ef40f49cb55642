# Tiers in two lanes beside each other: alone each waits half of its time. Sourced by .ci/run.
#   lane MINUTES:TIER...   adds a lane: tiers of .ci/tiers, one after the other, each with its limit of time
#   run_lanes              runs them until all have ended; the code is that of the first that failed
# What a tier says is kept and shown in one piece when it has ended. Once one has failed no other begins; the one beside it
# is let end, for what it finds. `stop_lanes` ends whatever is at work and shows how far it came.
SAYS=$(mktemp -d)
PULSE=60 # seconds between two lines that say what is at work
declare -a lanes=() failed=()
declare -A at=() pid=() begun=() # by lane: its tier, that tier's process, since when
first_failure=0

lane() { lanes+=("$*"); }

run_lanes() {
  local number last=$SECONDS
  while begin_next; [ ${#at[@]} != 0 ]; do
    sleep 0.2
    for number in "${!at[@]}"; do
      kill -0 "${pid[$number]}" 2>/dev/null || end_of "$number"
    done
    [ $((SECONDS - last)) -lt "$PULSE" ] || { say_what_is_at_work; last=$SECONDS; }
  done
  [ ${#failed[@]} = 0 ] || loud "${failed[@]}"
  return "$first_failure"
}

begin_next() { # in each lane that is free, unless one has failed
  local number next
  for number in "${!lanes[@]}"; do
    if [ "${at[$number]:-}" ] || [ -z "${lanes[$number]}" ] || [ "$first_failure" != 0 ]; then continue; fi
    next=${lanes[$number]%% *}
    lanes[number]=${lanes[$number]#"$next"}
    lanes[number]=${lanes[$number]# }
    at[$number]=${next#*:} begun[$number]=$SECONDS
    step "Tier: ${at[$number]} begins"
    # `timeout` makes a group of its own: a signal to it reaches all that the tier started, and Ctrl-C is not ignored in there.
    timeout --kill-after=2m "${next%%:*}m" ".ci/tiers/${at[$number]}" >"$SAYS/${at[$number]}" 2>&1 </dev/null &
    pid[$number]=$!
  done
}

end_of() { # end_of LANE: what its tier said, and what that means
  local tier=${at[$1]} took=$((SECONDS - begun[$1])) code=0
  wait "${pid[$1]}" || code=$?
  unset "at[$1]" "pid[$1]"
  step "Tier: $tier, after $took s"
  cat "$SAYS/$tier"
  case $code in
    0) told+=("$tier: passed ($took s)") ;;
    "$NOT_RUN") told+=("$tier: NOT RUN, or not all of it; the reason stands above after !!!"); absent+=("$tier") ;;
    124 | 137) fails 1 "$tier did not end within its limit ($took s)" ;;
    *) fails "$code" "$tier failed ($took s)" ;;
  esac
}

fails() { # fails CODE TEXT
  loud "$2"
  failed+=("$2")
  [ "$first_failure" != 0 ] || first_failure=$1
}

say_what_is_at_work() {
  local number
  for number in "${!at[@]}"; do
    printf '%s, %s s: %s\n' "${at[$number]}" $((SECONDS - begun[number])) "$(tail -n 1 "$SAYS/${at[$number]}" | cut -c 1-100)"
  done
}

stop_lanes() {
  local number
  [ ${#pid[@]} = 0 ] || kill "${pid[@]}" 2>/dev/null || true
  for number in "${!at[@]}"; do
    wait "${pid[$number]}" 2>/dev/null || true
    step "Tier: ${at[$number]}, cut short after $((SECONDS - begun[number])) s"
    cat "$SAYS/${at[$number]}"
  done
  at=() pid=()
  rm -rf "$SAYS"
}
