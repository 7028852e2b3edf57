# shellcheck shell=sh
# Statistics that stay current while a run goes on.

FOLLOWER='' # the process that keeps them

# follow_start: a tf-tally beside the rounds. It is not a stage: it holds no lock, and its end means nothing for the job.
follow_start() {
	! follow_lives || return 0
	eval "set -- $QUEUE_OPTIONS"
	setpriv --pdeathsig TERM -- tf-tally "$@" --follow --interval 3 --format json --output "$STATS" --active "$ACTIVE" \
		--catalog "$CATALOG" "$JOURNAL" </dev/null >/dev/null 2>&1 9>&- &
	FOLLOWER=$!
}

follow_lives() {
	[ -n "$FOLLOWER" ] && kill -0 "$FOLLOWER" 2>/dev/null
}

# follow_round: after a round without it they are written once.
follow_round() {
	follow_lives || stats_write
}

# follow_end: before the final ones are written.
follow_end() {
	[ -n "$FOLLOWER" ] || return 0
	kill -TERM "$FOLLOWER" 2>/dev/null
	reap "$FOLLOWER"
	FOLLOWER=''
}

# stats_write: statistics up to now, replaced whole.
stats_write() {
	eval "set -- $QUEUE_OPTIONS"
	replace "$STATS" tf-tally "$@" --format json --catalog "$CATALOG" "$JOURNAL"
}
