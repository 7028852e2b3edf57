# shellcheck shell=sh
# The report: one HTML file for people, beside the job's state.

# report_write: the report as of now, replaced whole.
report_write() {
	eval "set -- $QUEUE_OPTIONS"
	tf-tally "$@" --format html --output "$REPORT" --catalog "$CATALOG" "$JOURNAL"
}
