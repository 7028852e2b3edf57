# shellcheck shell=sh
# The catalogue of a job and its plan: made beside the old ones, and put in their place together.

# catalog_make: catalogue and plan, as FILE.new. CATALOG_STATUS is 1 where some of the source's rows were refused.
catalog_make() {
	CATALOG_STATUS=0
	source_save
	[ -n "$STOPPED" ] || catalog_read
	catalog_unless_stopped
	for ended in $FATES; do
		catalog_judge "${ended%%=*}" "${ended#*=}"
	done
	catalog_check
	plan_make >"$PLAN.new" || fail 3 "'$SOURCE': its plan cannot be made$(catalog_kept)"
}

# source_save: standard input can be read once only, and is needed twice.
source_save() {
	[ "$SOURCE" = - ] || return 0
	[ ! -t 0 ] || fail 2 "standard input is a terminal: name a file, or redirect standard input from one"
	SOURCE=$KEPT_SOURCE
	stage cat cat 3<&0 4>"$SOURCE"
	stages_wait
	[ "$FATES" = " cat=0" ] || [ -n "$STOPPED" ] || fail 3 "'$SOURCE': cannot keep standard input here"
}

# catalog_read: source → filter → new catalogue.
catalog_read() {
	catalog_begin "$CATALOG.new"
	catalog_begin "$PLAN.new"
	eval "set -- $CATALOG_OPTIONS"
	if [ -z "$FILTER" ]; then
		stage tf-catalog tf-catalog "$@" -- "$SOURCE" 3</dev/null 4>"$CATALOG.new"
	else
		pipe_open
		stage tf-catalog tf-catalog "$@" -- "$SOURCE" 3</dev/null 4>&5
		eval "set -- $FILTER"
		filter_start "$@"
		pipe_close
	fi
	stages_wait
	filter_tell
}

# catalog_begin FILE: makes it, empty: a stage whose redirection failed would only be missing, and the source be blamed.
# A new file, not the one that a run which was killed may still be writing.
catalog_begin() {
	rm -f -- "$1"
	why=$({ true >"$1"; } 2>&1) && return
	catalog_drop
	fail 3 "'$1': cannot write it: ${why##*: }$(inode_words "${1%/*}")$(catalog_kept)"
}

# filter_start COMMAND…: what it says on a terminal is its own affair, it may draw there. Elsewhere the log hears it
# too.
filter_start() {
	if [ -n "$USER_HAS_LOCALE" ]; then
		set -- env "LC_ALL=$USER_LOCALE" "$@"
	else
		set -- env -u LC_ALL "$@"
	fi
	if [ -t 2 ]; then
		stage filter "$@" 3<&6 4>"$CATALOG.new"
	else
		stage filter "$@" 3<&6 4>"$CATALOG.new" 2>"$CATALOG.said"
	fi
}

filter_tell() {
	[ -f "$CATALOG.said" ] || return 0
	cat -- "$CATALOG.said" >&2
	[ -z "${TF_LOG:-}" ] || log_lines filter <"$CATALOG.said"
	rm -f -- "$CATALOG.said"
}

# catalog_judge STAGE STATUS: goes on, or ends the job with the old catalogue in its place.
catalog_judge() {
	case $1,$2 in
	tf-catalog,0 | filter,0) ;;
	tf-catalog,1) CATALOG_STATUS=1 ;;
	# The filter wanted no more, as `head` does.
	tf-catalog,141) [ -n "$FILTER" ] || catalog_fail "$@" ;;
	# As grep says it: nothing was selected.
	filter,1) [ ! -s "$CATALOG.new" ] || catalog_fail "$@" ;;
	*) catalog_fail "$@" ;;
	esac
}

catalog_fail() {
	catalog_drop
	case $2 in
	2)
		settings_blame "$1" ""
		fail 2 "$1: ended with status 2: correct what it says$(catalog_kept)"
		;;
	*) fail 3 "$1: $(fate_words "$2")$(catalog_kept)" ;;
	esac
}

# catalog_check: what a filter made must be a catalogue before it takes the old one's place. tf-queue says what it is
# else. Sets CATALOG_SAME where it is the old one once more.
catalog_check() {
	CATALOG_SAME=''
	if [ -s "$CATALOG.new" ] && cmp -s -- "$CATALOG.new" "$CATALOG"; then
		CATALOG_SAME=1
		return
	fi
	FIGURES=$(tf-queue --check-catalog "$CATALOG.new")
	status=$?
	[ "$status" -eq 0 ] || catalog_refuse
	[ -n "$FILTER" ] || [ "$(figure_or_none records)" -gt 0 ] || catalog_refuse
}

catalog_refuse() {
	catalog_drop
	[ -z "$FILTER" ] || fail 3 "filter: what it printed is not a catalogue$(catalog_kept)"
	fail 3 "'$SOURCE': no record was found$(catalog_kept)"
}

# catalog_kept: words on the job's catalogue, if it has one; that of `serve` and `plan` is elsewhere.
catalog_kept() {
	[ ! -f "$OUTPUT/$STATE_NAME/${CATALOG##*/}" ] || printf ', the last catalogue is kept'
}

# plan_make: prints what is in the new catalogue, as JSON. What has been said about the source is not said again.
plan_make() {
	# Of a test, too, only what is to be done counts, not the whole source. A bucket is not listed twice: all that it has
	# is in the catalogue.
	case $FILTER,$(setting_value test),$SOURCE in
	?*,*,* | *,yes,* | *,[sS]3://*) tf-catalog --plan -- "$CATALOG.new" ;;
	*)
		eval "set -- $CATALOG_OPTIONS"
		TF_LOG='' tf-catalog --plan "$@" -- "$SOURCE" 2>/dev/null
		;;
	esac
	# 1: some rows were refused, which CATALOG_STATUS knows.
	[ $? -le 1 ]
}

# catalog_shrinks: a catalogue that has lost more than a twentieth of the last one's records may be of a wrong source,
# or of a filter that was not meant so. One that was narrowed by --test, --course or --limit is as it should be. Sets
# SHRINKS, which says so.
catalog_shrinks() {
	[ -s "$CATALOG" ] && [ "$(setting_value allow-shrink)" != yes ] || return
	for name in test course limit; do
		case $(setting_value "$name") in
		'' | no) ;;
		*) return 1 ;;
		esac
	done
	before=$(($(wc -l <"$CATALOG"))) now=$(($(wc -l <"$CATALOG.new")))
	[ $((now * 20)) -lt $((before * 19)) ] || return
	SHRINKS="the catalogue has $(human_count "$now") records, and the last one has $(human_count "$before")"
}

# catalog_place: the new catalogue and its plan become the job's. The same one once more is not new: what was made of it
# is still current.
catalog_place() {
	[ -z "$CATALOG_SAME" ] || rm -f -- "$CATALOG.new"
	{ { [ -n "$CATALOG_SAME" ] || mv -f -- "$CATALOG.new" "$CATALOG"; } && mv -f -- "$PLAN.new" "$PLAN"; } ||
		fail 3 "'$STATE': cannot write here"
	MADE=''
	rm -f -- "$KEPT_SOURCE"
	[ -s "$CATALOG" ] || say "the catalogue is empty: nothing was selected"
}

# catalog_unless_stopped: goes on, unless a signal came.
catalog_unless_stopped() {
	[ -n "$STOPPED" ] || return 0
	catalog_drop
	end_by_signal
}

# catalog_drop: as if it had never been made.
catalog_drop() {
	rm -f -- "$CATALOG.new" "$CATALOG.said" "$PLAN.new" "$KEPT_SOURCE" "$FOUND" "$FOUND.plan"
}
