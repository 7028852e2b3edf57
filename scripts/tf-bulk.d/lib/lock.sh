# shellcheck shell=sh
# The lock of a job. The driver holds it on descriptor 9, and who writes the journal or videos with it, so that it is
# held as long as anything can write them. Nothing else has it: a daemon that a filter leaves behind would hold it for
# ever.

LOCKED='' # whether this process has taken the lock

# shellcheck disable=SC3013 # `-ef` came into POSIX in 2024, and into every shell long before
# lock_take: the lock file names who took it, and on which machine.
lock_take() {
	# `true` fails where `exec` would end the shell.
	{ true >>"$LOCK"; } 2>/dev/null || fail 3 "'$LOCK': cannot write this file: choose another folder with --output"
	exec 9>>"$LOCK"
	# A second's patience is for lock_look, which finds out whether the lock is free by taking it.
	flock -E 75 -w 1 9
	case $? in
	0) ;;
	75) lock_wait ;;
	*) fail 3 "'$LOCK': cannot be locked: choose a folder on another file system" ;;
	esac
	# A run that was refused has removed the file meanwhile: see made_drop.
	[ "/proc/$$/fd/9" -ef "$LOCK" ] || {
		folder_need "$STATE"
		lock_take
		return
	}
	{
		echo "$$"
		uname -n
	} >"$LOCK"
	LOCKED=1
}

# lock_wait: the stages of a run that was killed need a moment to end; a living run is left alone.
lock_wait() {
	lock_look 9>&- || return 0
	if [ -n "$HOLDER" ]; then
		fail 3 "'$OUTPUT': in use by $(lock_words): wait for it, or 'tf-bulk stop -o $OUTPUT_WORD'"
	fi
	say "'$OUTPUT': waiting for what an earlier run left behind to end"
	flock -w 30 9 ||
		fail 3 "'$OUTPUT': still in use by $(lock_words): end it, as by 'tf-bulk stop --now -o $OUTPUT_WORD'"
}

# lock_look: fails where the lock is free. Else HOLDER is the process of the run, and ELSEWHERE the machine that it runs
# on, where that is another one; without a HOLDER, LEFT_BEHIND are processes of a run that is gone.
lock_look() {
	HOLDER='' ELSEWHERE='' LEFT_BEHIND=''
	[ -f "$LOCK" ] || return 1
	flock -E 75 -n -s "$LOCK" true
	[ $? -eq 75 ] || return 1
	named=$(sed -n '1s/^\([0-9][0-9]*\)$/\1/p' "$LOCK")
	machine=$(sed -n 2p "$LOCK")
	if [ -n "$named" ] && process_holds "$named"; then
		HOLDER=$named
		return
	fi
	processes_search
	[ -z "$HOLDER$LEFT_BEHIND" ] || return 0
	case $machine in
	'' | "$(uname -n)") ;;
	*) HOLDER=$named ELSEWHERE=$machine ;;
	esac
}

# shellcheck disable=SC3013 # as above
# process_holds PROCESS: whether it has the lock file open. Of another user's process that cannot be seen.
process_holds() {
	[ -d "/proc/$1" ] || return
	[ -r "/proc/$1/fd" ] || return 0
	for descriptor in "/proc/$1/fd"/*; do
		[ ! "$descriptor" -ef "$LOCK" ] || return 0
	done
	return 1
}

# shellcheck disable=SC3013 # as above
# processes_search: who holds a lock whose file names another process: a run that has just begun, or what one left
# behind.
processes_search() {
	for process in /proc/[0-9]*; do
		[ "$process/fd/9" -ef "$LOCK" ] || continue
		process=${process#/proc/}
		[ "$process" != "$$" ] || continue
		case $(cat "/proc/$process/comm" 2>/dev/null) in
		tf-bulk) HOLDER=$process ;;
		*) LEFT_BEHIND="$LEFT_BEHIND $process" ;;
		esac
	done
}

# lock_words: who holds it, for people.
lock_words() {
	if [ -n "$ELSEWHERE" ]; then
		printf "process %s of the machine '%s'" "$HOLDER" "$ELSEWHERE"
	elif [ -n "$HOLDER" ]; then
		printf 'process %s' "$HOLDER"
	elif [ -n "$LEFT_BEHIND" ]; then
		printf 'process%s, which an earlier run left behind' "$LEFT_BEHIND"
	else
		printf 'a process that cannot be seen from here'
	fi
}

# suspended: prints those processes of the run that are stopped, as Ctrl-Z does it.
suspended() {
	ps -e -o pid= -o ppid= -o state= | awk -v tops=" $HOLDER$LEFT_BEHIND " '
		{ parent[$1] = $2; state[$1] = $3 }
		END {
			for (process in parent) {
				if (state[process] != "T") continue
				above = process
				while (above > 1 && !index(tops, " " above " ")) above = parent[above]
				if (above > 1) print process
			}
		}'
}
