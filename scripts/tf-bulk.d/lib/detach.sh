# shellcheck shell=sh
# A run in the background, in a session of its own: the end of the terminal does not reach it.

# detach ARGUMENT…: starts `run` again, and ends once that really runs, or as it ended. Until then both have the
# terminal, so that the plan is seen and the question answered.
detach() {
	signals_catch
	pipe_open
	# A command in the background gets an empty standard input, unless it is handed over like this.
	exec 7<&0
	become_user TF_BULK_DETACHED=1 setsid -- "$SELF" run "$@" <&7 8>&5 5>&- 6<&- 7<&- &
	STAGES=" tf-bulk=$!"
	exec 5>&- 7<&-
	began=''
	read -r began <&6
	if [ -n "$began" ] && [ -z "$STOPPED" ]; then
		say "runs in the background as process $began"
		say "'tf-bulk watch -o $OUTPUT_WORD' shows it, 'tf-bulk stop -o $OUTPUT_WORD' ends it"
		exit 0
	fi
	stages_wait
	[ -z "$STOPPED" ] || end_by_signal
	exit "$(fate tf-bulk)"
}

# detached_begin: says to the waiting process that it really runs, and closes the terminal. The log gets the rest.
detached_begin() {
	[ -n "$DETACHED" ] || return 0
	log "run: in the background, as process $$"
	echo "$$" >&8
	exec 8>&- </dev/null >/dev/null 2>&1
	FETCH_OPTIONS="$FETCH_OPTIONS --progress none"
}
