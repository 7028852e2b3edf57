# shellcheck shell=sh
# Stages: the processes of a pipeline, each a child of the driver, so that it knows their fates and can end them.
# (A shell's own `a | b` tells one status, and no process to pass a signal on to.)

STAGES='' # NAME=PID of each that runs
FATES=''  # NAME=STATUS of each that ended, in the order of the pipeline
STOPPED='' # the signal that the driver was told to stop by
FINISHING='' # whether it was told to begin nothing new, and to complete what runs

# stage NAME COMMAND…: starts it, reading descriptor 3 and writing descriptor 4. It is ended when the driver dies.
# After a signal nothing is started: a child that is told to end in its first moment may miss it.
stage() {
	[ -z "$STOPPED" ] || return
	name=$1
	shift
	trap stages_suspend TSTP
	# The lock is only for who writes the journal and the videos: see lock.sh.
	case $name in
	tf-fetch | tf-store | append | parallel) setpriv --pdeathsig TERM -- "$@" <&3 >&4 3<&- 4>&- 5>&- 6<&- 7<&- 8>&- & ;;
	*) setpriv --pdeathsig TERM -- "$@" <&3 >&4 3<&- 4>&- 5>&- 6<&- 7<&- 8>&- 9>&- & ;;
	esac
	STAGES="$STAGES $name=$!"
}

# pipe_open: a pipe without a name; descriptor 5 writes it, 6 reads it.
pipe_open() {
	folder=$(folder_make "${TMPDIR:-/tmp}/tf-bulk") || fail 3 "'${TMPDIR:-/tmp}': cannot make a folder here"
	mkfifo "$folder/pipe" || {
		rm -r -- "$folder"
		fail 3 "'${TMPDIR:-/tmp}': cannot make a pipe here: name another folder in TMPDIR"
	}
	# Opening one end waits for the other, unless one process holds both.
	exec 7<>"$folder/pipe" 6<"$folder/pipe" 5>"$folder/pipe"
	exec 7>&-
	rm -r -- "$folder"
}

# pipe_close: once the stages have it, so that its end is seen.
pipe_close() {
	exec 5>&- 6<&-
}

# stages_wait: until all have ended.
stages_wait() {
	# A signal may have come while they were being started.
	[ -z "$STOPPED" ] || stages_end
	[ -z "$FINISHING" ] || stages_finish
	FATES=''
	for started in $STAGES; do
		reap "${started#*=}"
		FATES="$FATES ${started%%=*}=$REAPED"
	done
	trap - TSTP
	STAGES=''
}

# stages_suspend: on Ctrl-Z. The user's shell writes on the terminal as soon as this process stops: the stages stop
# first, so that a display is gone by then. One that does not stop is waited for two seconds at most.
stages_suspend() {
	INTERRUPTED=1
	looks=40
	while [ "$looks" -gt 0 ] && stages_run; do
		sleep 0.05
		looks=$((looks - 1))
	done
	trap - TSTP
	kill -TSTP $$
	trap stages_suspend TSTP
}

# stages_run: whether one is neither stopped nor gone.
stages_run() {
	for seen in $STAGES; do
		case $(process_state "${seen#*=}") in
		'' | [TZ]*) ;;
		*) return 0 ;;
		esac
	done
	return 1
}

# process_state PID: as proc_pid_stat(5) has it, a letter and more; nothing where it is gone.
process_state() {
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null && echo "${stat##*) }"
}

# What follows runs at any moment, for a signal: its variables are its own.

# stages_end: tells all of them to end.
stages_end() {
	for told in $STAGES; do
		case $told in
		parallel=*) fleet_stop "${told#*=}" ;;
		# These stay this shell, or are the driver again.
		check=* | tf-bulk=*) kill -TERM "${told#*=}" 2>/dev/null ;;
		*) stage_signal TERM "${told#*=}" ;;
		esac
	done
}

# stages_finish: tf-fetch completes what it has begun, and the others then end by themselves; nothing is waited or
# looked for.
stages_finish() {
	for told in $STAGES; do
		case $told in
		tf-fetch=*) stage_signal USR1 "${told#*=}" ;;
		parallel=*) fleet_finish "${told#*=}" ;;
		# What it finds can be found again, and on a slow disk it takes long.
		tf-files=* | sleep=*) stage_signal TERM "${told#*=}" ;;
		esac
	done
}

# stage_signal SIGNAL PID: once it is heard there. Before its own program a child is a copy of this shell, which takes a
# signal and forgets it; and before tf-fetch is ready for SIGUSR1 that would end it. Ten seconds are for a machine that
# is very busy.
stage_signal() {
	hear_looks=200
	until stage_hears "$1" "$2" || [ "$hear_looks" -le 0 ]; do
		sleep 0.05
		hear_looks=$((hear_looks - 1))
	done
	kill "-$1" "$2" 2>/dev/null
}

# stage_hears SIGNAL PID: whether it is a program of its own, which takes SIGUSR1 by a handler, or blocks it to read it.
# One that is gone misses nothing.
stage_hears() {
	case $(process_state "$2") in
	'' | Z*) return 0 ;;
	esac
	[ "$(process_words "$2")" != "$(process_words $$)" ] || return 1
	[ "$1" = USR1 ] || return 0
	while read -r hear_name hear_mask; do
		case $hear_name in
		# The tenth signal is the second bit of the third digit from the right.
		SigBlk: | SigCgt:) case ${hear_mask%??} in *[2367abef]) return 0 ;; esac ;;
		esac
	done 2>/dev/null <"/proc/$2/status"
	return 1
}

# process_words PID: its command line.
process_words() {
	tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline"
}

# reap PID: waits for its status, REAPED. A signal to the driver interrupts a wait, which is then begun again.
reap() {
	REAPED=127
	while :; do
		INTERRUPTED=''
		wait "$1" 2>/dev/null
		status=$?
		# 127 the second time: its status had come together with the signal.
		[ "$status" -eq 127 ] || REAPED=$status
		[ -n "$INTERRUPTED" ] || return 0
	done
}

# fate NAME: the status of a stage that ended.
fate() {
	for ended in $FATES; do
		[ "${ended%%=*}" != "$1" ] || echo "${ended#*=}"
	done
}

# fate_words STATUS: what it says about how a stage ended. Beyond 128 it is a signal's, if there is such a signal.
fate_words() {
	if [ "$1" -gt 128 ] && signal=$(kill -l "$1" 2>/dev/null); then
		echo "ended by SIG$signal"
	else
		echo "ended with status $1"
	fi
}

# finish_catch: for a command that `stop` may ask to finish as soon as it has the lock.
finish_catch() {
	trap finish_asked USR1
}

# signals_catch: from now on a signal ends the stages, and the driver in its own time; SIGUSR1 lets them finish.
signals_catch() {
	OUTPUT_SHOWN='' ERRORS_SHOWN=''
	[ ! -t 1 ] || OUTPUT_SHOWN=1
	[ ! -t 2 ] || ERRORS_SHOWN=1
	for signal in INT TERM HUP; do
		# shellcheck disable=SC2064 # the name as it is now
		trap "signal_came $signal" "$signal"
	done
	finish_catch
}

finish_asked() {
	INTERRUPTED=1
	FINISHING=1
	stages_finish
}

signal_came() {
	INTERRUPTED=1
	STOPPED=${STOPPED:-$1}
	[ "$1" != HUP ] || terminal_leave
	stages_end
}

# terminal_leave: one that has hung up takes nothing any more, and is not a terminal.
terminal_leave() {
	[ -z "$OUTPUT_SHOWN" ] || [ -t 1 ] || exec >/dev/null
	[ -z "$ERRORS_SHOWN" ] || [ -t 2 ] || exec 2>/dev/null
}

# end_by_signal: as if the signal had never been caught.
end_by_signal() {
	case ${TELLING:+$STOPPED} in
	HUP) tell_end 129 ;;
	INT) tell_end 130 ;;
	TERM) tell_end 143 ;;
	esac
	scratch_drop
	made_drop
	trap - "$STOPPED"
	kill "-$STOPPED" $$
}
