# shellcheck shell=sh
# hand.sh ID: gives the shard number PARALLEL_SEQ to a host, and passes on its results. GNU parallel starts it in place
# of ssh; the words that it adds are for who has no shard.
#
# The worker's standard input is its leash: the shard, then a word if it is to finish, and when it ends the worker is
# to stop. Its documents, one each second, say that it lives: after LEASE seconds without any it is given up.
set -u
LC_ALL=C
export LC_ALL

. "$PARTS/lib/messages.sh"
. "$PARTS/lib/stages.sh"
. "$PARTS/lib/hosts.sh"
. "$PARTS/lib/hosts-check.sh"
. "$PARTS/lib/figures.sh"
. "$PARTS/lib/quota.sh"

hand() {
	id=$1 STOPPED='' worker=''
	shard=$(sed -n "${PARALLEL_SEQ}p" "$FLEET/list")
	host_take "$id" && [ -f "$shard" ] || exit 3
	quota_share || exit 3
	place=$FLEET/hand.$PARALLEL_SEQ
	mkdir -- "$place" && mkfifo -- "$place/leash" "$place/said" "$place/results" || exit 3
	trap hand_back TERM INT HUP
	trap : USR1
	exec 5<>"$place/leash"
	true >"$place/beat"
	# For those who show the hosts.
	echo "$NAME $PARALLEL_SEQ" >"$place/who"
	hear <"$place/said" &
	hearer=$!
	# What is cut off gets the end of its line here: it would spoil the next one.
	results_pass
	results=$!
	work <"$place/leash" >"$place/results" 2>"$place/said" 5>&- 9>&- &
	worker=$!
	[ -z "$STOPPED" ] || kill "$worker"
	cat -- "$shard" >&5 &
	feeder=$!
	guard &
	guard=$!
	exec 5>&-
	reap "$worker"
	ended=$REAPED
	kill "$guard" "$feeder" 2>/dev/null
	# They would wait for what not even SIGKILL ends while its disk hangs.
	[ ! -e "$place/killed" ] || kill "$results" "$hearer" 2>/dev/null
	reap "$guard"
	reap "$results"
	reap "$hearer"
	quota_return "$place/done"
	judge
}

# work: takes this process's place.
work() {
	# What the division by the workers leaves goes to the first of them.
	transfers=$((SLOTS * (JOBS / SLOTS + (PARALLEL_JOBSLOT <= JOBS % SLOTS))))
	# shellcheck disable=SC2016 # for the host's shell
	on_host "$HOST_PATH"'; exec tf-bulk worker "$@" - -' \
		"$(one_line --leash "$(wc -c <"$shard")" --host "$NAME" ${AUTO_JOBS:+--jobs auto} \
			"--jobs${AUTO_JOBS:+-most}" "$transfers")$(cat "$FLEET/options")${SHARE:+ --max-bytes $SHARE}"
}

# results_pass: in the background. Where bytes are limited they are also kept, to be counted.
results_pass() {
	if [ -n "$SHARE" ]; then
		tee -- "$place/done" <"$place/results" 2>/dev/null 5>&- | grep -a --line-buffered . 5>&- &
	else
		grep -a --line-buffered . <"$place/results" 5>&- &
	fi
}

# hear: what the worker says: documents, the last of which is kept, and messages.
hear() {
	# With `5>&-` behind its name a function still has it, kept for its end.
	exec 5>&-
	while IFS= read -r line; do
		case $line in
		'{'*)
			printf '%s\n' "$line" >"$place/beat.new"
			mv -f -- "$place/beat.new" "$place/beat"
			;;
		?*)
			line=$(printf %s "$line" | tr -d '\r' | cut -c 1-1000 | printable)
			printf '%s\n' "$line" >"$FLEET/said.$id"
			log "host '$NAME': $line"
			;;
		esac
	done
}

# guard: holds the leash, until the workers are to stop.
guard() {
	told=''
	while sleep 1 5>&- && kill -0 $$ 2>/dev/null; do
		# Behind the shard, and not for ever: a worker that hangs takes nothing.
		if [ -z "$told" ] && [ -e "$FLEET/finish" ] && ! kill -0 "$feeder" 2>/dev/null; then
			timeout 1 echo finish >&5 && told=1
		fi
		[ ! -e "$FLEET/stop" ] || break
		if [ $(($(date +%s) - $(stat -c %Y -- "$place/beat"))) -ge "$LEASE" ]; then
			true >"$place/lost"
			give_up
			return
		fi
	done
	exec 5>&-
	# One that cannot be reached is not waited for.
	sleep 3 && give_up
}

# give_up: a worker on this machine whose disk hangs may not end at all.
give_up() {
	kill "$worker"
	sleep 5 5>&-
	true >"$place/killed"
	kill -KILL "$worker"
	sleep 1 5>&-
	kill -USR1 $$
} 2>/dev/null

# shellcheck disable=SC2317 # a signal calls it
# hand_back: parallel was ended.
hand_back() {
	STOPPED=1 INTERRUPTED=1
	kill "$worker" 2>/dev/null
}

# judge: what the worker's status means for the job and for the host.
judge() {
	lost=''
	[ ! -e "$place/lost" ] || lost=1
	rm -rf -- "$place"
	[ -z "$STOPPED" ] && [ ! -e "$FLEET/stop" ] || exit 3
	if [ -n "$lost" ]; then
		host_refused "$id" "nothing was heard of it for $LEASE s: what is left of its shard goes to another"
		exit 3
	fi
	case $ended in
	0 | 1) rm -f -- "$FLEET/wait.$id" ;;
	2)
		echo "host '$NAME': $(host_reason "$id" 2)" >"$FLEET/refused"
		round_end_early
		;;
	*) host_refused "$id" "$(host_reason "$id" "$ended"): what is left of its shard goes to another" ;;
	esac
	exit "$ended"
}

# Of a host with ten workers or more parallel wants to see first that as many logins print this word.
if [ -z "${PARALLEL_SEQ:-}" ]; then
	echo simultaneouslogin
else
	hand "$@"
fi
