# shellcheck shell=sh
# The log: every stage's diagnostics with the time. The tools and the driver append to the file that TF_LOG names, each
# line with an open of its own; so it can be put aside at any moment.

# log_settings: LOG_MOST bytes, LOG_AGE seconds, empty for any age, and LOG_FILES older ones.
log_settings() {
	LOG_MOST=4194304 LOG_AGE='' LOG_FILES=1
	if value=$(setting_value log-size); then
		case ${value%[kKmMgG]} in
		'' | 0* | *[!0-9]* | ???????????*) setting_refuse log-size "'$value' is not a size: give one as in 4M" ;;
		esac
		LOG_MOST=$(bytes_of "$value")
	fi
	! setting_value log-age >/dev/null || { seconds_of log-age 1 '' && LOG_AGE=$SECONDS_OF; }
	value=$(setting_value log-files) || return 0
	case $value in
	[0-9] | [1-9][0-9]) LOG_FILES=$value ;;
	*) setting_refuse log-files "'$value': give a number from 0 to 99" ;;
	esac
}

# log_rotate: puts aside a log that is too large or too old, and keeps the newest of the older ones.
log_rotate() {
	log_settings
	# An empty one would push out one that is kept.
	[ -s "$LOG" ] || return 0
	[ "$(wc -c <"$LOG")" -gt "$LOG_MOST" ] || log_is_old || return 0
	number=$LOG_FILES
	[ "$number" -gt 0 ] || rm -f -- "$LOG"
	while [ "$number" -gt 1 ]; do
		[ ! -f "$LOG.$((number - 1))" ] || mv -f -- "$LOG.$((number - 1))" "$LOG.$number"
		number=$((number - 1))
	done
	[ "$number" -eq 0 ] || mv -f -- "$LOG" "$LOG.1"
	number=$((LOG_FILES + 1))
	while [ -f "$LOG.$number" ]; do
		rm -f -- "$LOG.$number"
		number=$((number + 1))
	done
}

# log_is_old: by the time of its first line.
log_is_old() {
	[ -n "$LOG_AGE" ] || return
	began=$(date -d "$(head -n 1 "$LOG" | cut -d ' ' -f 1)" +%s 2>/dev/null) || return
	[ $(($(date +%s) - began)) -gt "$LOG_AGE" ]
}

# log_lines [SUBJECT]: puts what it reads into the log, as many lines as a log should take from one who says more.
log_lines() {
	printable | head -n 1000 | awk -v subject="${1:+$1: }" -v now="$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
		'NF { print now, subject $0 }' >>"$LOG"
}
