# shellcheck shell=sh
# The state of a job: the folder .tf-bulk below the output folder, so that the job and its files move together.

STATE_NAME=.tf-bulk
CONFIG_NAME=tf-bulk.conf

# state_at FOLDER: names the state's files, in this place alone. tf-web(8) reads some of them by the same names.
state_at() {
	case $1 in
	-*) OUTPUT=./$1 ;;
	*) OUTPUT=$1 ;;
	esac
	OUTPUT_WORD=$(shell_word "$OUTPUT")
	state_in "$OUTPUT/$STATE_NAME"
}

# state_in FOLDER: which of its own a plan has.
state_in() {
	STATE=$1
	CATALOG=$STATE/catalog.ndjson
	KEPT_SOURCE=$STATE/source
	PLAN=$STATE/plan.json
	JOURNAL=$STATE/results.ndjson
	LAST_JOURNAL=$STATE/results.ndjson.old
	STATS=$STATE/stats.json
	ACTIVE=$STATE/active.json
	ROUND=$STATE/round.ndjson
	LAST_ROUND=$STATE/round.last
	FOUND=$STATE/found.ndjson
	CHECKED=$STATE/checked.ndjson
	ROTTEN=$STATE/rotten.ndjson
	MOVES=$STATE/moves.ndjson
	EVIDENCE=$STATE/evidence.json
	LIMITS=$STATE/limits
	FLEET=$STATE/hosts
	LOCK=$STATE/lock
	LOG=$STATE/log
	ABOUT=$STATE/about
	REPORT=$STATE/report.html
}

# output_place: the output folder's absolute path, for people, whatever the working directory is taken for.
output_place() {
	case $OUTPUT in
	/*) place=$OUTPUT ;;
	*) place=${PWD%/}/${OUTPUT#./} ;;
	esac
	printf %s "${place%/.}" | printable
}

# state_exists: ends the command where there was never a job.
state_exists() {
	[ -f "$CATALOG" ] || fail 3 "'$OUTPUT': no job has run here: start one with 'tf-bulk run -o $OUTPUT_WORD SOURCE'"
}

# state_open: makes the state folder, takes the lock and opens the log, for a subcommand that changes the state.
state_open() {
	folder_need "$STATE"
	lock_take
	{ [ -w "$STATE" ] && true >>"$JOURNAL" && true >>"$LOG"; } 2>/dev/null ||
		fail 3 "'$STATE': cannot write here: choose another folder with --output"
	# Of a run that was killed.
	rm -f -- "$ACTIVE" "$LIMITS"
	TF_LOG=$LOG
	export TF_LOG
	[ ! -s "$MOVES" ] || {
		say "a move was not completed: that is done first"
		renames_finish --move "$MOVES" || true
	}
	[ ! -s "$ROTTEN" ] || {
		say "a deep check was not completed: what it has found rotten is renamed first"
		renames_finish --rename-rotten "$ROTTEN" || true
	}
}

# renames_begin LINES PLAN: from now on the lines are the plan, which is on the disk. It is completed as it was made:
# who completes it may have other settings.
renames_begin() {
	{
		if [ -n "$LINKS" ]; then true >"$2.links"; else rm -f -- "$2.links"; fi &&
			cp -- "$1" "$2.new" && sync -- "$2.new" && mv -f -- "$2.new" "$2" && sync -- "$STATE"
	} || {
		rm -f -- "$2.new" "$2.links"
		fail 3 "'$2': cannot be written"
	}
}

# renames_finish OPTION PLAN [DONE]: tf-files renames what the plan says, and the journal is told; DONE gets the same
# lines. It can be killed at any moment: as long as the plan is there, whatever changes the state begins with this.
# Fails where files had to be left where they are.
renames_finish() {
	[ -s "$2" ] || return 0
	plan_links=''
	[ ! -e "$2.links" ] || plan_links=--allow-links
	tf-files "$1" "$2" ${plan_links:+"$plan_links"} -o "$OUTPUT" >"$2.done"
	renamed=$?
	[ "$renamed" -le 1 ] || exit "$renamed"
	tf-queue --append-to "$JOURNAL" "$2.done" || exit
	[ -z "${3:-}" ] || cp -- "$2.done" "$3" || exit
	sync -- "$JOURNAL" && rm -f -- "$2" "$2.done" "$2.links"
	return "$renamed"
}

# folder_need FOLDER: makes it where it is missing.
folder_need() {
	made_note "$1"
	reason=$(mkdir -p -- "$1" 2>&1) ||
		fail 3 "'$1': cannot make this folder (${reason##*: }): choose another with --output"
}

MADE='' # the uppermost folder that a run made, until it has a catalogue

# made_note FOLDER
made_note() {
	[ -z "$MADE" ] || return 0
	place=$1
	while [ ! -e "$place" ] && [ ! -L "$place" ]; do
		MADE=$place
		place=$(dirname -- "$place")
	done
}

# made_catch: from now on what was made goes with the command, however it ends. dash runs no trap of EXIT when a signal
# ends it.
made_catch() {
	trap made_drop EXIT
	for signal in INT TERM HUP; do
		# shellcheck disable=SC2064 # the name as it is now
		trap "made_end $signal" "$signal"
	done
}

# made_end SIGNAL: ends by it.
made_end() {
	trap - EXIT "$1"
	made_drop
	kill "-$1" $$
}

# made_drop: a run that is refused leaves nothing of what it made but what others have put there: without the lock the
# files are another run's.
made_drop() {
	[ -n "$MADE" ] || return 0
	[ -z "$LOCKED" ] || [ -s "$JOURNAL" ] || rm -f -- "$JOURNAL" "$LOG" "$LOCK"
	find "$MADE" -depth -type d -exec rmdir {} + 2>/dev/null
	MADE=''
}

# replace FILE COMMAND…: the command's output becomes the file, whole or not at all.
replace() {
	target=$1
	shift
	"$@" >"$target.new" || {
		rm -f -- "$target.new"
		return 1
	}
	mv -f -- "$target.new" "$target"
}
