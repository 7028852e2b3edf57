# shellcheck shell=sh
# A round of a fleet: what is due, in shards, which GNU parallel gives to the hosts. The results come back over ssh as
# they are written, and parallel appends them to the journal line by line.

SHARDS_EACH=10    # for each worker: so a slow one at the end holds up little
FLEET_PATIENCE=900 # seconds without any result, until the run ends
KEEPER=''          # the process that looks after the hosts

# fleet_begin: before the first round.
fleet_begin() {
	ROUND_LEAST=$((1000 * SLOTS)) ROUND_START=2000 SERVED_AT=$(date +%s)
	cp -- "$HOSTS_FILE" "$FLEET/seen"
	hosts_keep 9>&- &
	KEEPER=$!
}

fleet_end() {
	[ -n "$KEEPER" ] || return 0
	# shellcheck disable=SC2046 # words: it and its checks
	kill "$KEEPER" $(ps -o pid= --ppid "$KEEPER") 2>/dev/null
	reap "$KEEPER"
	KEEPER=''
}

# fleet_round: gives the round to the hosts that live.
fleet_round() {
	# What a crash left half written ends here: tf-fetch sees to that where it appends itself.
	[ ! -s "$JOURNAL" ] || [ "$(tail -c 1 -- "$JOURNAL" | wc -l)" -eq 1 ] || echo >>"$JOURNAL"
	before=$(wc -c <"$JOURNAL")
	fleet_wait || return
	hosts_count
	options_write "$SLOTS"
	rm -rf -- "$FLEET/shards" "$FLEET/refused" "$FLEET"/hand.*
	stage tf-queue tf-queue --split "$(fleet_shards)" --into "$FLEET/shards" "$ROUND" 3</dev/null 4>/dev/null
	stages_wait
	round_judge || return
	find "$FLEET/shards" -type f -size +0 | sort >"$FLEET/list"
	quota_open
	engine_start
	fleet_show
	stages_wait
	rm -f -- "$FLEET/engine"
	quota_spend "$before"
	hosts_tell
	fleet_judge
}

# fleet_finish PROCESS: the workers finish what they have begun, and parallel starts no other.
fleet_finish() {
	true >"$FLEET/finish"
	kill -HUP "$1" 2>/dev/null
}

# fleet_stop PROCESS: the workers stop, and say how far they are, which parallel would not pass on if it were ended
# itself; the second time it is.
fleet_stop() {
	if [ -e "$FLEET/stop" ]; then
		kill -TERM "$1" 2>/dev/null
	else
		true >"$FLEET/stop"
		kill -HUP "$1" 2>/dev/null
	fi
}

# fleet_shards: how many; none of them need be empty.
fleet_shards() {
	records=$(wc -l <"$ROUND")
	shards=$((SHARDS_EACH * SLOTS))
	[ "$shards" -le "$records" ] || shards=$records
	echo "$shards"
}

# engine_start: parallel starts hand.sh in place of ssh, with the ID of a host and the number of a shard. It has no
# settings of its user's, and a session of its own: Ctrl-C is for the driver, which lets the workers say how far they
# are.
engine_start() {
	export AUTO_JOBS FLEET JOBS LEASE MOST_WORKERS PARTS SELF SLOTS
	set -- --will-cite --line-buffer --jobs 100% --sshloginfile "$FLEET/live" --joblog "$FLEET/log" \
		--ssh "sh$(one_line "$PARTS/lib/hand.sh")" --termseq TERM,4000,KILL,25
	stage parallel setsid env PARALLEL= PARALLEL_HOME="$FLEET/parallel" parallel "$@" true \
		3<"$FLEET/list" 4>>"$JOURNAL" 2>"$FLEET/said"
	engine=${STAGES##*=}
	echo "$engine" >"$FLEET/engine"
}

# fleet_show: one display for all hosts; off a terminal a line each half a minute.
fleet_show() {
	[ "$(setting_value progress)" != none ] && [ -z "$DETACHED" ] || return 0
	interval=30
	[ ! -t 2 ] || interval=1
	eval "set -- $QUEUE_OPTIONS"
	stage tf-tally tf-tally "$@" --follow --interval "$interval" --while-pid "$engine" --hosts "$FLEET" \
		--catalog "$CATALOG" "$JOURNAL" \
		3</dev/null 4>&2
}

# fleet_wait: until a host can work.
fleet_wait() {
	while going_on && [ -z "$(hosts_live)" ]; do
		fleet_is_patient || return
		stage sleep sleep 1 3</dev/null 4>/dev/null
		stages_wait
	done
	going_on
}

fleet_is_patient() {
	[ $(($(date +%s) - SERVED_AT)) -ge "$FLEET_PATIENCE" ] || return 0
	hosts_tell
	say "no host has brought a result for $(human_time "$FLEET_PATIENCE"): see '$LOG', then run the same command again"
	JOB_STATUS=3
	return 1
}

# fleet_judge: what the round means for the job.
fleet_judge() {
	[ -z "$STOPPED" ] || return 0
	if [ -s "$FLEET/refused" ]; then
		say "$(cat "$FLEET/refused"): correct that, and run the same command again"
		JOB_STATUS=2
	elif [ "$(fate parallel)" -gt 101 ]; then
		restart "parallel: $(fate_words "$(fate parallel)"): $(grep . "$FLEET/said" | tail -n 1 | printable)"
	elif [ "$(wc -c <"$JOURNAL")" -gt "$before" ]; then
		RESTARTS=0 SERVED_AT=$(date +%s)
	else
		fleet_is_patient
	fi
}

# options_write WORKERS: the options of each of so many workers. What is limited is limited for all of them together;
# how many transfers each has, hand.sh says.
options_write() {
	words=''
	workers=$1
	settings_each worker_setting
	eval "set -- $words"
	set -- "$@" --workers "$workers" -o "$(output_there)" --progress json --run "$RUN"
	[ -z "$UNTIL" ] || set -- "$@" --until "$UNTIL"
	one_line "$@" >"$FLEET/options"
}

# worker_setting NAME: adds it where a worker has to know it, wherever it was set.
worker_setting() {
	case $1 in
	jobs | jobs-most | progress) return 0 ;;
	store) eval "words=\$words\${words_$SETTING:-}" ;;
	esac
	if setting_is_of tf-store || setting_is_of tf-sign || setting_is_of tf-fetch || setting_is_of tf-queue; then
		eval "words=\$words\${words_$SETTING:-}"
	fi
}

# output_there: the folder on each host: of the same path, on a share or a disk of its own.
output_there() {
	case $OUTPUT in
	/*) printf '%s\n' "$OUTPUT" ;;
	*) printf '%s\n' "${PWD%/}/${OUTPUT#./}" ;;
	esac
}
