# shellcheck shell=sh
# The report: one HTML file for people, beside the job's state.

# report_write: the report as of now, replaced whole.
report_write() {
	eval "set -- $QUEUE_OPTIONS"
	tf-tally "$@" --format html --about "$ABOUT" --output "$REPORT" --catalog "$CATALOG" "$JOURNAL"
}

# report_end: the report of a run that has ended, from its statistics. They do not name what failed: if anything did,
# the journal is read again.
report_end() {
	figures_of "$STATS"
	if [ -z "$STATS_FAILED" ] && [ "$(figure_or_none failed)" -eq 0 ]; then
		tf-tally --format html --about "$ABOUT" --output "$REPORT" --snapshot "$STATS"
	else
		report_write
	fi
}

# about_write: what the job is, kept for its reports: NAME=TEXT for its source, its folder and its settings.
about_write() {
	evidence_keep
	replace "$ABOUT" about_facts || say "'$ABOUT': cannot be written: the report does not name source and settings"
}

# evidence_keep: what was learnt of hosts and keys goes with the settings that they came from.
evidence_keep() {
	[ -f "$ABOUT" ] && [ -f "$EVIDENCE" ] || return 0
	about_facts >"$ABOUT.new"
	names='base-url|key-pair-id|bucket|region|endpoint'
	[ "$(grep -E "^($names)=" "$ABOUT")" = "$(grep -E "^($names)=" "$ABOUT.new")" ] || rm -f -- "$EVIDENCE"
	rm -f -- "$ABOUT.new"
}

about_facts() {
	# shellcheck disable=SC2153 # of the settings
	source=$SOURCE
	[ "$source" != "$KEPT_SOURCE" ] || source='standard input'
	about_fact Source "$source"
	about_fact Folder "$(cd -- "$OUTPUT" && pwd -P)"
	[ -z "$FILTER" ] || about_fact Filter "yes"
	settings_each about_setting
}

# about_setting NAME: as it was set by an option, the environment or the file. What may open something stays out.
about_setting() {
	case $1 in
	output | source | yes | follow | progress | private-key | passphrase-file | token-file | notify | ping) return 0 ;;
	esac
	! value=$(setting_value "$1") || about_fact "$1" "$value"
}

# about_fact NAME TEXT: on one line. A URL loses its query and who signs in with it: they may be secrets.
about_fact() {
	text=$(printf '%s\n' "$2" | sed -e 's|//[^/@]*@|//|g' -e 's|\(://[^?]*\)?.*|\1?…|' | tr '\n' ' ')
	printf '%s=%s\n' "$1" "${text% }"
}
