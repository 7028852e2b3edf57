# shellcheck shell=sh
# The log: every stage's diagnostics with the time. The tools and the driver append to the file that TF_LOG names, each
# line with an open of its own; so it can be put aside at any moment.

LOG_MOST=4194304 # bytes; as many again are in the older one

# log_rotate: one older log is kept.
log_rotate() {
	[ "$(wc -c <"$LOG")" -le "$LOG_MOST" ] || mv -f -- "$LOG" "$LAST_LOG"
}

# log_lines [SUBJECT]: puts what it reads into the log, as many lines as a log should take from one who says more.
log_lines() {
	printable | head -n 1000 | awk -v subject="${1:+$1: }" -v now="$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
		'NF { print now, subject $0 }' >>"$LOG"
}
