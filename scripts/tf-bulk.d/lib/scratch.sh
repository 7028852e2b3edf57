# shellcheck shell=sh
# A folder of the command's own, which goes with it however it ends, and children that end with it.

SCRATCH=''  # the folder
PROBE=''    # another one, which doctor makes where the videos go
ATTENDED='' # the child that is waited for

# scratch_make: dash runs no trap of EXIT when a signal ends it, and SIGPIPE is one: `tf-bulk status | head`.
scratch_make() {
	trap scratch_drop EXIT
	for signal in INT TERM HUP PIPE QUIT USR1 USR2 ALRM; do
		# shellcheck disable=SC2064 # the name as it is now
		trap "scratch_end $signal" "$signal"
	done
	SCRATCH=$(folder_make "${TMPDIR:-/tmp}/tf-bulk") || fail 3 "'${TMPDIR:-/tmp}': cannot make a folder here"
}

# folder_make PREFIX: makes a folder and prints its name. A signal waits, so that what was made is also known.
folder_make() {
	trap '' INT TERM HUP PIPE QUIT USR1 USR2 ALRM
	mktemp -d -- "$1.XXXXXX"
}

scratch_drop() {
	[ -z "$SCRATCH$PROBE" ] || rm -rf -- ${SCRATCH:+"$SCRATCH"} ${PROBE:+"$PROBE"}
	SCRATCH='' PROBE=''
}

# scratch_end SIGNAL: ends by it.
scratch_end() {
	trap - EXIT "$1"
	if [ -n "$ATTENDED" ]; then
		kill -TERM "$ATTENDED" 2>/dev/null
		wait "$ATTENDED"
	fi
	scratch_drop
	kill "-$1" $$
}

# attend COMMAND…: for what takes long. A shell hears a signal only between its children, or while it waits for one.
attend() {
	setpriv --pdeathsig TERM -- "$@" 9>&- &
	ATTENDED=$!
	# SIGUSR1, which a run and a refresh catch, interrupts a wait; what is waited for goes on.
	while
		wait "$ATTENDED"
		set -- $?
		[ "$1" -eq 138 ] && kill -0 "$ATTENDED" 2>/dev/null
	do :; done
	ATTENDED=''
	return "$1"
}
