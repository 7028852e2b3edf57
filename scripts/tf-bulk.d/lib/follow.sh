# shellcheck shell=sh
# Statistics that stay current while a run goes on.

FOLLOWER='' # the process that keeps them

# follow_start: a tf-tally beside the rounds. It is not a stage: it holds no lock, and its end means nothing for the
# job.
follow_start() {
	! follow_lives || return 0
	eval "set -- $QUEUE_OPTIONS"
	setpriv --pdeathsig TERM -- tf-tally "$@" --follow --interval 3 --format json --output "$STATS" \
		--active "$ACTIVE" --hosts "$FLEET" \
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

# shellcheck disable=SC3013 # `-nt` came into POSIX in 2024, and into every shell long before
# stats_are_current: whether they are of this catalogue and this journal, where the run had nothing to do. The plan has
# just read both: what it has counted, they count too.
stats_are_current() {
	[ -n "$CATALOG_SAME" ] && [ "$LEFT" -eq 0 ] && [ "$STATS" -nt "$JOURNAL" ] && [ "$STATS" -nt "$CATALOG" ] || return
	plan_take
	planned="$(figure_or_none segments) $(figure_or_none there) $(figure_or_none failed_for_good) $(figure_or_none dropped)"
	figures_of "$STATS"
	there=$(($(figure_or_none success) + $(figure_or_none skipped)))
	[ "$planned" = "$(figure_or_none total) $there $(figure_or_none failed_for_good) $(figure_or_none dropped)" ]
}

# stats_write: statistics up to now, replaced whole.
stats_write() {
	eval "set -- $QUEUE_OPTIONS"
	replace "$STATS" tf-tally "$@" --format json --catalog "$CATALOG" "$JOURNAL"
}
