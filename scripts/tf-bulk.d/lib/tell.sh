# shellcheck shell=sh
# Telling people and programs how a run goes: --notify, --ping, and a service manager by sd_notify(3). Nothing of it
# ends a run, and neither a command nor a ping holds one up for longer than --notify-limit.

NOTIFY='' PING='' NOTIFY_LIMIT=30 STUCK_AFTER=900
TELLING='' # whether a run is under way whose end is to be told
STARTED='' # whether its start was told, or by which process it is
TELLER=''  # the process that looks after it
MANAGER_GONE='' # whether the service manager could not be told anything the last time

# tell_settings: as the settings have them, before anything is done with them.
tell_settings() {
	NOTIFY=$(setting_value notify) || NOTIFY=''
	PING=$(setting_value ping) || PING=''
	seconds_of notify-limit 1 30 && NOTIFY_LIMIT=$SECONDS_OF
	seconds_of stuck-after 1 900 && STUCK_AFTER=$SECONDS_OF
	case $PING in
	'') return 0 ;;
	*[![:graph:]]* | *[\"\\]*) ;;
	http://?* | https://?*)
		command -v curl >/dev/null || setting_refuse ping "needs 'curl', which is not found: install it"
		return
		;;
	esac
	setting_refuse ping 'is not a URL of http or https: give one as in https://hc-ping.com/UUID'
}

# ---- Events

# tell_begin: from now on the end of this run is told, whatever it is. A service manager does not wait for the rest of a
# large move, nor for a lock.
tell_begin() {
	[ -n "$NOTIFY$PING${NOTIFY_SOCKET:-}" ] || return 0
	TELLING=1
	trap tell_exit EXIT
	tell_manager READY=1 'STATUS=reads the catalogue'
	# Who is asked may take his time.
	[ -z "$YES" ] || tell_beside
}

# tell_start TEXT: the catalogue is there, and nothing has been refused.
tell_start() {
	[ -n "$TELLING" ] || return 0
	tell start 0 "$1" 3<&- 4>&- 5>&- 6<&- 7<&- 8>&- 9>&- &
	STARTED=$!
	# Before, there was no log.
	[ -z "$MANAGER_GONE" ] || manager_missed
	# One that began before counts no time in which nothing comes.
	tell_alone
	tell_beside
}

tell_exit() {
	set -- $?
	tell_end "$1"
	scratch_drop
	made_drop
}

# tell_end STATUS: what ended as somebody told it to is no failure.
tell_end() {
	[ -n "$TELLING" ] || return 0
	TELLING=''
	tell_alone
	[ -z "$STARTED" ] || reap "$STARTED"
	tell_manager STOPPING=1
	if [ "$1" -eq 0 ]; then
		[ -z "$STARTED" ] || tell success 0 "$(tell_words)"
	elif [ -n "$STOPPED" ] || { [ "$1" -eq 1 ] && [ -n "$STARTED" ] && tell_was_told; }; then
		tell early "$1" "$(tell_words)"
	elif [ -z "${HOLDER:-}" ]; then
		# Else another run works there, which tells of itself.
		tell failure "$1" "$(tell_words)"
	fi
}

# tell_was_told: whether the run was to end with something left.
tell_was_told() {
	[ -n "$FINISHING" ] || is_late || quota_is_spent
}

# tell EVENT STATUS TEXT
tell() {
	tell_command "$@"
	case $1 in
	start | going) tell_ping /start ;;
	success | early) tell_ping '' ;;
	*) tell_ping /fail ;;
	esac
}

# tell_figures: THERE, GONE and WAITING, as the statistics have them.
tell_figures() {
	FIGURES=''
	[ ! -f "$STATS" ] || figures_of "$STATS"
	THERE=$(($(figure_or_none success) + $(figure_or_none skipped)))
	GONE=$(figure_or_none failed_for_good)
	WAITING=$(($(figure_or_none queued) + $(figure_or_none delayed)))
}

# tell_words: what is there, for people. Each caller is a process of its own, whose figures are its own.
tell_words() {
	tell_figures
	printf '%s there, %s failed, %s left' "$(human_count "$THERE")" "$(human_count "$GONE")" "$(human_count "$WAITING")"
}

# tell_command EVENT STATUS TEXT: what strangers wrote is in no word of the command. It gets the statistics as JSON.
tell_command() {
	[ -n "$NOTIFY" ] || return 0
	(
		tell_figures
		[ -f "$STATS" ] || STATS=/dev/null
		as_user env "TF_BULK_EVENT=$1" "TF_BULK_STATUS=$2" "TF_BULK_TEXT=$3" "TF_BULK_OUTPUT=$(output_place)" \
			"TF_BULK_THERE=$THERE" "TF_BULK_FAILED=$GONE" "TF_BULK_LEFT=$WAITING" \
			timeout -k 2 "$NOTIFY_LIMIT" sh -c "$NOTIFY" <"$STATS" >&2 3<&- 4>&- 5>&- 6<&- 7<&- 8>&- 9>&-
	)
	status=$?
	case $status in
	0) ;;
	124 | 137) say "--notify: the command took longer than $NOTIFY_LIMIT s and was ended, see --notify-limit" ;;
	*) say "--notify: the command ended with status $status" ;;
	esac
}

# tell_ping SUFFIX: who knows the address can forge a ping, so it is on no command line and in no message.
tell_ping() {
	[ -n "$PING" ] || return 0
	address=${PING%%\?*}
	said=$(printf 'url = "%s"\n' "${address%/}$1${PING#"$address"}" |
		timeout -k 2 "$NOTIFY_LIMIT" curl -q -fsS -m "$NOTIFY_LIMIT" --retry 2 --retry-max-time "$NOTIFY_LIMIT" \
			--proto '=http,https' -o /dev/null --config - 2>&1 3<&- 8>&- 9>&-)
	case $? in
	0) ;;
	# By a Retry-After the service can ask for hours of patience.
	124 | 137) say "--ping: the service took longer than $NOTIFY_LIMIT s, see --notify-limit" ;;
	*) say "--ping: $(printf '%s\n' "$said" | tail -n 1 | printable)" ;;
	esac
}

# ---- Beside the run

# tell_alone: the process beside ends, once what it has begun to tell is told: each event is told before the next one.
# It is told again until it hears: a signal in a child's first moment is lost.
tell_alone() {
	[ -n "$TELLER" ] || return 0
	while tell_lives "$TELLER"; do
		kill "$TELLER" 2>/dev/null
		sleep 0.05
	done
	reap "$TELLER"
	TELLER=''
}

# tell_lives PID: whether it is still at work.
tell_lives() {
	case $(process_state "$1") in
	'' | Z*) return 1 ;;
	esac
}

# tell_beside: a process that tells when nothing comes any more, and keeps a service manager informed.
tell_beside() {
	[ -z "$TELLER" ] || return 0
	tell_watch </dev/null 3<&- 4>&- 5>&- 6<&- 7<&- 8>&- 9>&- &
	TELLER=$!
}

tell_watch() {
	trap - EXIT
	tick=$((STUCK_AFTER / 4 < 5 ? STUCK_AFTER / 4 : 5))
	case ${WATCHDOG_USEC:-} in
	'' | *[!0-9]*) WATCHDOG_USEC='' ;;
	*) [ $((WATCHDOG_USEC / 3000000)) -ge "$tick" ] || tick=$((WATCHDOG_USEC / 3000000)) ;;
	esac
	[ "$tick" -ge 1 ] || tick=1
	# The start is told by a child of the run, and whatever follows by children of this process.
	STUCK='' TOLD_STUCK='' SEEN='' SEEN_AT=$(date +%s) TOLD_BY=$STARTED NAP=''
	trap tell_leave TERM
	while kill -0 $$ 2>/dev/null; do
		tell_look
		sleep "$tick" >/dev/null 2>&1 &
		NAP=$!
		wait "$NAP"
	done
}

tell_leave() {
	trap '' TERM
	[ -z "$NAP" ] || kill "$NAP" 2>/dev/null
	[ -z "$TOLD_BY" ] || wait "$TOLD_BY"
	exit 0
}

# tell_look: whether something has come since the last look. Who is told of it does not hold up a sign of life.
tell_look() {
	FIGURES='' now=$(date +%s)
	if [ -n "$HOSTS_FILE" ]; then
		FIGURES=$(cat -- "$FLEET"/hand.*/beat 2>/dev/null | tf-queue --sums - 2>/dev/null)
	elif [ -f "$ACTIVE" ]; then
		figures_of "$ACTIVE" 2>/dev/null
	fi
	# Before the lock is taken there may be no journal.
	seen="$({ wc -c <"$JOURNAL"; } 2>/dev/null) $(figure_or_none bytes)"
	pace=$(figure_or_none bytes_per_second)
	if [ "$seen" != "$SEEN" ]; then
		SEEN=$seen SEEN_AT=$now
		STUCK=''
	elif [ -n "$STARTED" ] && [ $((now - SEEN_AT)) -ge "$STUCK_AFTER" ]; then
		[ -n "$STUCK" ] || say "nothing has come for $(human_time "$STUCK_AFTER"), see --stuck-after"
		STUCK=1
	fi
	tell_change
	tell_state
}

# tell_change: one thing after the other. What has changed back while a slow command was told is not told at all. The
# number of a process that is gone may be another one's later.
tell_change() {
	[ -z "$TOLD_BY" ] || tell_lives "$TOLD_BY" || TOLD_BY=''
	[ "$STUCK" != "$TOLD_STUCK" ] && [ -z "$TOLD_BY" ] || return 0
	if [ -n "$STUCK" ]; then
		tell stuck 0 "nothing has come for $(human_time "$STUCK_AFTER"): $(tell_words)" &
	else
		tell going 0 "it goes on: $(tell_words)" &
	fi
	TOLD_BY=$! TOLD_STUCK=$STUCK
}

# tell_state: for a service manager, which may have missed that the run is ready. A tf-fetch that does not write what it
# does any more hangs, and so does the run.
tell_state() {
	[ -n "${NOTIFY_SOCKET:-}" ] || return 0
	set -- READY=1 "STATUS=$(tell_words)$([ "$pace" -eq 0 ] || printf ', %s/s' "$(human_bytes "$pace")")"
	written=$(stat -c %Y -- "$ACTIVE" 2>/dev/null) || written=$now
	[ -z "$WATCHDOG_USEC" ] || [ $((now - written)) -gt 30 ] || set -- "$@" WATCHDOG=1
	tell_manager "$@"
}

# tell_manager LINE…: by systemd's own program, or else by the perl that each Debian has. The manager finds out whose
# word it is while the program runs: systemd's own waits until it has, and perl for a moment. One that is gone may come
# again, and is mentioned once: what a service starts by a terminal's server has the variable without the manager.
tell_manager() {
	[ -n "${NOTIFY_SOCKET:-}" ] || return 0
	if command -v systemd-notify >/dev/null; then
		systemd-notify "$@" 2>/dev/null
	elif command -v perl >/dev/null; then
		perl -MSocket -e 'my $name = $ENV{NOTIFY_SOCKET}; $name =~ s/^@/\0/; my $socket;
			socket($socket, AF_UNIX, SOCK_DGRAM, 0) and send($socket, join("\n", @ARGV), 0, sockaddr_un($name)) or exit 1;
			select(undef, undef, undef, 0.1)' -- "$@" 2>/dev/null
	fi && MANAGER_GONE='' && return
	# The last word is another process's than those before it, which knows nothing of what they have mentioned.
	[ "$1" = STOPPING=1 ] || [ -n "$MANAGER_GONE" ] || manager_missed
	MANAGER_GONE=1
}

manager_missed() {
	log "the service manager at \$NOTIFY_SOCKET cannot be told anything"
}
