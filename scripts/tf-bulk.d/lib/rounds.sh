# shellcheck shell=sh
# Rounds, as xargs has them: what is due now goes through the stages, until nothing is left to try.
#
# Asking for a round reads the catalogue and the journal from their beginning. So that a job's cost grows with its
# records and not with their square, a round is to last ROUND_WORTH times as long as asking for it, and takes a thousand
# records at least. Where files are large, a thousand last long enough: then what has failed is tried again soon.

ROUND_LEAST=1000
ROUND_WORTH=50
ROUND_START=100 # milliseconds that the start of a round's processes takes, about

JOB_STATUS=0 # 2 or 3 once a stage refused to go on
BEGUN_ROUNDS=0
LEFT=0       # records that can be tried, as plan_measure found
RESTARTS=0   # rounds in a row that a stage did not survive
ROUND_CHOICE='' # options of tf-queue, where not what is left is wanted
PAUSE=0      # seconds of rest after a round in which nothing could be tried

rounds_run() {
	quota_begin
	began_note
	evidence_begin
	if [ -n "$HOSTS_FILE" ]; then fleet_begin; else limits_begin; fi
	ROUND_SIZE=$ROUND_LEAST
	while going_on; do
		follow_start
		asked_at=$(milliseconds)
		queue_ask --due --began "$BEGAN" --limit "$(round_most)" --evidence "$EVIDENCE" || continue
		if [ -s "$ROUND" ]; then
			begun_at=$(milliseconds)
			if [ -n "$HOSTS_FILE" ]; then fleet_round; else round_run; fi
			round_size $((begun_at - asked_at)) $(($(milliseconds) - begun_at))
			follow_round
			log_rotate
			round_rest
		else
			queue_ask --next --began "$BEGAN" || continue
			[ -s "$ROUND" ] || break
			sleep_until "$(cat "$ROUND")"
		fi
	done
	[ -z "$HOSTS_FILE" ] || fleet_end
	rm -f -- "$ROUND" "$LAST_ROUND" "$LIMITS"
}

# limits_begin: none but those of the settings hold, until `tf-bulk limit` writes others into the file that all rounds
# look at.
limits_begin() {
	: >"$LIMITS"
	LIMITS_OPTION=" --limits $(quoted "$LIMITS")"
}

# round_size ASKING LASTED: how many records the next round takes, by what this one took in milliseconds. It is at most
# four times as many, and after trouble a thousand.
round_size() {
	most=$((4 * ROUND_SIZE)) ROUND_SIZE=$ROUND_LEAST
	[ "$RESTARTS" -eq 0 ] && [ "$1" -ge 0 ] && [ "$2" -gt 0 ] && ! round_is_same || return 0
	worth=$(($(wc -l <"$ROUND") * ROUND_WORTH * ($1 + ROUND_START) / $2))
	[ "$worth" -le "$most" ] || worth=$most
	[ "$worth" -le "$ROUND_SIZE" ] || ROUND_SIZE=$worth
}

# round_most: how many records it may take. The workers of a fleet know nothing of --max-files.
round_most() {
	if [ -n "$HOSTS_FILE" ] && [ "${FILES_LEFT:-$ROUND_SIZE}" -lt "$ROUND_SIZE" ]; then
		echo "$FILES_LEFT"
	else
		echo "$ROUND_SIZE"
	fi
}

# round_is_same: whether its records are those of the last one, with the same tries: it changed nothing.
round_is_same() {
	round_records | cmp -s -- - "$LAST_ROUND"
}

# round_records: without the times of their last results, which differ each time.
round_records() {
	sed 's/,"known_at":[0-9.]*//' "$ROUND"
}

# milliseconds: of the clock; whole seconds where date(1) knows nothing finer.
milliseconds() {
	time=$(date +%s%3N)
	case $time in
	*[!0-9]*) time=$(date +%s)000 ;;
	esac
	echo "$time"
}

# evidence_begin: a round is a process of its own, so tf-fetch hands what it has learnt (which hosts serve, what is down
# since when) from one to the next in a file. --patience begins anew with each run.
evidence_begin() {
	EVIDENCE_OPTIONS=''
	! tf-fetch --help </dev/null 2>/dev/null | grep -q -e '--evidence ' ||
		EVIDENCE_OPTIONS=" --began $BEGAN --evidence $(quoted "$EVIDENCE")"
}

# began_note: BEGAN. What could not be signed since then waits for the next run, which may have other settings, and what
# a refresh has asked for since then is done. Two runs do not begin within a second where that matters.
began_note() {
	BEGAN=$(date +%s)
	[ "$(stat -c %Y -- "$JOURNAL")" -ge "$BEGAN" ] || return 0
	[ -n "$ROUND_CHOICE" ] || [ "$(unsigned_count)" -gt 0 ] || return 0
	sleep 1
	BEGAN=$(date +%s)
}

# round_rest: where a round changed nothing, what is in the way concerns all its records. The next one would end as
# quickly.
round_rest() {
	if ! going_on || [ "$RESTARTS" -gt 0 ] || ! round_is_same; then
		PAUSE=0
	else
		[ "$PAUSE" -gt 0 ] ||
			say "no record of this round could be tried: the next rounds come at longer and longer intervals"
		PAUSE=$((PAUSE < 1 ? 1 : PAUSE < 30 ? PAUSE * 2 : 60))
		sleep_seconds "$PAUSE"
	fi
	round_records >"$LAST_ROUND"
}

going_on() {
	[ -z "$STOPPED$FINISHING" ] && [ "$JOB_STATUS" -eq 0 ] && ! is_late && ! quota_is_spent
}

is_late() {
	[ -n "$UNTIL" ] && [ "$(date +%s)" -ge "$UNTIL" ]
}

# queue_ask OPTION…: tf-queue's answer as a file, so that a round's size is known, and an empty one starts nothing.
queue_ask() {
	eval "set -- $QUEUE_OPTIONS $ROUND_CHOICE \"\$@\""
	stage tf-queue tf-queue "$@" "$CATALOG" "$JOURNAL" 3</dev/null 4>"$ROUND"
	stages_wait
	round_judge && going_on
}

# round_run: signs and fetches the round. Each record leaves a line in the journal, or was never started.
round_run() {
	before=$(wc -c <"$JOURNAL")
	BEGUN_ROUNDS=$((BEGUN_ROUNDS + 1))
	pipe_open
	eval "set -- $SIGN_OPTIONS"
	# What there is to warn of was told before the first round.
	stage tf-sign tf-sign --quiet --go-on "$@" 3<"$ROUND" 4>&5
	eval "set -- $FETCH_OPTIONS $(quota_options)$EVIDENCE_OPTIONS$LIMITS_OPTION$(round_option)"
	fetch_stage "$JOURNAL" --active "$ACTIVE" -o "$FETCHED" --catalog "$ROUND" "$@" 3<&6
	pipe_close
	stages_wait
	quota_spend "$before"
	round_judge || return
	if [ "$(wc -c <"$JOURNAL")" -gt "$before" ]; then
		RESTARTS=0
	elif going_on; then
		restart "tf-fetch: wrote no result"
	fi
}

# round_option: what is not the whole job is not to look like it.
round_option() {
	[ "$BEGUN_ROUNDS" -eq 1 ] && [ "$LEFT" -le "$(wc -l <"$ROUND")" ] || printf ' --round %s' "$BEGUN_ROUNDS"
}

# round_judge: what the stages' fates mean for the job. Fails where one was killed: its work is to be done again.
round_judge() {
	died=''
	for ended in $FATES; do
		stage_judge "${ended%%=*}" "${ended#*=}"
	done
	[ -n "$died" ] || return 0
	! going_on || restart "$died"
	return 1
}

# stage_judge STAGE STATUS
stage_judge() {
	[ -z "$STOPPED" ] || return
	case $2 in
	# 141: its reader left, whose own fate says why.
	0 | 1 | 141) ;;
	2)
		say "$1: ended with status 2: correct what it says, and run the same command again"
		JOB_STATUS=2
		;;
	*)
		if [ "$2" -gt 128 ]; then
			died="$1: $(fate_words "$2")"
		else
			say "$1: $(fate_words "$2"): $GOES_ON, and 'doctor' in place of '$COMMAND' looks for the cause"
			JOB_STATUS=3
		fi
		;;
	esac
}

# restart REASON: another round does what this one left undone, three times at most.
restart() {
	RESTARTS=$((RESTARTS + 1))
	if [ "$RESTARTS" -gt 3 ]; then
		say "$1, again after three new starts: see '$LOG', then run the same command again"
		JOB_STATUS=3
	else
		say "$1: started again, $RESTARTS of 3"
	fi
}

# sleep_until TIME: and at least a second.
sleep_until() {
	due=$((${1%%.*} + 1))
	seconds=$((due - $(date +%s)))
	[ "$seconds" -gt 0 ] || seconds=1
	say "the next try is due in $seconds s"
	sleep_seconds "$seconds"
}

# sleep_seconds N: in short naps, since sleep(1) pauses while the machine is suspended. Should the clock go back, it
# is no longer than N naps of a second, or so.
sleep_seconds() {
	due=$(($(date +%s) + $1))
	left=$1
	while [ "$left" -gt 0 ] && going_on && [ "$(date +%s)" -lt "$due" ]; do
		nap=5
		[ "$left" -gt 5 ] || nap=$left
		stage sleep sleep "$nap" 3</dev/null 4>/dev/null
		stages_wait
		left=$((left - nap))
	done
}
