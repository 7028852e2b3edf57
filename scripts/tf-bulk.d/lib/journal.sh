# shellcheck shell=sh
# What the subcommands that change a journal share. All of them hold the lock meanwhile.

. "$PARTS/lib/follow.sh"
. "$PARTS/lib/log.sh"

# journal_open: takes the lock; a dry run only looks, at whatever moment.
journal_open() {
	if given --dry-run; then
		[ -f "$JOURNAL" ] || JOURNAL=/dev/null
	else
		state_open
		log_rotate
	fi
	scratch_make
}

# journal_choose FILE OPTION…: the records that tf-queue chooses, as a file.
journal_choose() {
	chosen=$1
	shift
	eval "set -- $QUEUE_OPTIONS $CHOICE \"\$@\""
	attend tf-queue "$@" "$CATALOG" "$JOURNAL" >"$chosen" || exit
}

# journal_mark STATUS FILE: gives the records of a file this status, by lines at the journal's end.
journal_mark() {
	tf-queue --mark "$1" --state queued "$2" >"$SCRATCH/marks" || exit
	journal_append "$SCRATCH/marks"
}

# journal_append FILE: on lines of their own, whatever a crash left at the journal's end.
journal_append() {
	[ -s "$1" ] || return 0
	tf-queue --append-to "$JOURNAL" "$1" || exit
	stats_write || fail 3 "'$STATS': cannot be written"
}

# count FILE: its lines, as people read a number.
count() {
	human_count "$(($(wc -l <"$1")))"
}

# counted FILE THING: `1 record`, `2 records`.
counted() {
	number=$(count "$1")
	[ "$number" = 1 ] || set -- "$1" "$2s"
	printf '%s %s' "$number" "$2"
}

# confirm QUESTION: asks on a terminal; elsewhere --yes has to be given.
confirm() {
	! given --yes -y || return 0
	{ [ -t 0 ] && [ -t 2 ]; } ||
		fail 2 "nothing is changed without a terminal to ask on: give --yes, or look with --dry-run"
	yes_or_no "$1" || {
		say "nothing was changed"
		exit 0
	}
}
