# shellcheck shell=sh
# A job whose files go on to a store: tf-fetch writes them to a spool in the job's state, and tf-store sends them on.

# store_known: STORE of a job that is there, as its last run had it, for subcommands that take no settings of a run.
store_known() {
	[ -n "$STORE" ] || STORE=$(sed -n 's/^store=//p' "$ABOUT" 2>/dev/null)
	fetch_folder
}

# fetch_folder: FETCHED, the folder that tf-fetch writes to.
fetch_folder() {
	FETCHED=$OUTPUT
	[ -z "$STORE" ] || FETCHED=$STATE/spool
}

# store_check: that the store takes a file, before anything is done.
store_check() {
	[ -n "$STORE" ] || return 0
	command -v tf-store >/dev/null || fail 3 "'tf-store': not found: install it, or name the tools' folder in TF_TOOLS"
	eval "set -- $STORE_OPTIONS"
	setting_try tf-store --check --remote "$STORE" --move "$@"
}

# store_look: what the store has already counts as there, and is results in FOUND. One listing tells.
store_look() {
	rm -f -- "$FOUND"
	# shellcheck disable=SC2153 # of the state
	stage tf-files tf-files --remote "$STORE" --there -- "$CATALOG.new" "$JOURNAL" 3</dev/null 4>"$FOUND"
	stages_wait
	catalog_unless_stopped
	[ "$FATES" = ' tf-files=0' ] || {
		catalog_drop
		fail 3 "'$STORE': what is there is not known: see what tf-files says"
	}
	plan_measure "$CATALOG.new" "$PLAN.new"
}

# fetch_stage JOURNAL OPTION…: tf-fetch, which reads descriptor 3, and where there is a store, tf-store behind it. A
# JOURNAL that is `-` is standard output.
fetch_stage() {
	journal=$1
	shift
	if [ -z "$STORE" ]; then
		results_stage tf-fetch tf-fetch "$@"
		return
	fi
	exec 8<&3
	pipe_close
	pipe_open
	stage tf-fetch tf-fetch "$@" 3<&8 4>&5
	exec 8<&-
	eval "set -- $STORE_OPTIONS"
	results_stage tf-store tf-store --remote "$STORE" --spool "$FETCHED" --move "$@" 3<&6
	pipe_close
}

# results_stage NAME COMMAND…: one that writes results to the journal.
results_stage() {
	if [ "$journal" = - ]; then
		stage "$@" 4>&1
	else
		stage "$@" 4>>"$journal"
	fi
}
