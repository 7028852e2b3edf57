# shellcheck shell=sh
# The state of a job: the folder .tf-bulk below the output folder, so that the job and its files move together.

# state_at FOLDER: names the state's files.
state_at() {
	case $1 in
	-*) OUTPUT=./$1 ;;
	*) OUTPUT=$1 ;;
	esac
	OUTPUT_WORD=$(shell_word "$OUTPUT")
	STATE=$OUTPUT/.tf-bulk
	CATALOG=$STATE/catalog.ndjson
	PLAN=$STATE/plan.json
	JOURNAL=$STATE/results.ndjson
	STATS=$STATE/stats.json
	ACTIVE=$STATE/active.json
	ROUND=$STATE/round.ndjson
	LOCK=$STATE/lock
	LOG=$STATE/log
	REPORT=$STATE/report.html
}

# state_exists: ends the command where there was never a job.
state_exists() {
	[ -f "$CATALOG" ] || fail 3 "'$OUTPUT': no job has run here: start one with 'tf-bulk run -o $OUTPUT_WORD SOURCE'"
}

# state_open: makes the state folder, takes the lock and opens the log, for a subcommand that changes the state.
state_open() {
	mkdir -p -- "$STATE" || fail 3 "'$STATE': cannot make this folder: choose another with --output"
	lock_take
	{ true >>"$JOURNAL" && true >>"$LOG"; } || fail 3 "'$STATE': cannot write here: choose another folder with --output"
	TF_LOG=$LOG
	export TF_LOG
}

# lock_take: descriptor 9 holds the lock. Every stage inherits it: it is held as long as anything can still write.
lock_take() {
	# `true` fails where `exec` would end the shell.
	true >>"$LOCK" || fail 3 "'$LOCK': cannot write this file: choose another folder with --output"
	exec 9>>"$LOCK"
	# A second's patience is for lock_holder, which looks whether the lock is free by taking it.
	flock -E 75 -w 1 9
	case $? in
	0) ;;
	75) lock_wait ;;
	*) fail 3 "'$LOCK': cannot be locked: choose a folder on another file system" ;;
	esac
	printf '%s\n' "$$" >"$LOCK"
}

# lock_wait: the stages of a run that was killed need a moment to end; a living run is left alone.
lock_wait() {
	pid=$(lock_pid)
	if ps -p "$pid" >/dev/null 2>&1; then
		fail 3 "'$OUTPUT': in use by process $pid: wait for it, or 'tf-bulk stop -o $OUTPUT_WORD'"
	fi
	say "'$OUTPUT': waiting for what an earlier run left behind to end"
	flock -w 30 9 || fail 3 "'$OUTPUT': still in use by a process of an earlier run: 'fuser $LOCK' tells which"
}

# lock_holder: prints the process that runs the job; nothing where none does.
lock_holder() {
	[ -f "$LOCK" ] || return 0
	flock -E 75 -n -s "$LOCK" true
	[ $? -ne 75 ] || lock_pid
}

# lock_pid: the process that the lock file names.
lock_pid() {
	sed -n '1s/^\([0-9][0-9]*\)$/\1/p' "$LOCK"
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

# json_first NAME FILE: the first number of this name in a document that one of the tools wrote, however deep that is. Text
# never looks like one: a quote within it has a backslash before it.
json_first() {
	head -c 4096 "$2" | sed 's/[{,}]/\n/g' | sed -n "s/^\"$1\":\([0-9][0-9]*\).*/\1/p" | head -n 1
}

# json_number NAME FILE: a number out of a document that one of the tools wrote as one flat line of numbers.
json_number() {
	sed -n "1s/.*\"$1\":\([0-9][0-9]*\)[,}].*/\1/p" "$2"
}
