# shellcheck shell=sh
# What is on the disk already is found before anything is signed: a signature takes longer than a look.

# found_look: what plan_measure does, with a close look at the files of what is left. Those that pass the checks of
# tf-fetch count as there, and are results in FOUND. It is a stage, since a slow disk takes its time.
found_look() {
	[ -z "$STORE" ] || {
		store_look
		return
	}
	rm -f -- "$FOUND"
	eval "set -- $QUEUE_OPTIONS $FILES_OPTIONS"
	set -- --plan "$PLAN.new" --found "$FOUND" "$@" ${RATE:+--rate "$RATE"} -o "$OUTPUT" -- "$CATALOG.new" "$JOURNAL"
	# What is wrong with lines of the catalogue was told when it was made. If it fails, plan_measure says why.
	stage tf-files tf-files "$@" 3</dev/null 4>"$FOUND.plan" 2>/dev/null
	stages_wait
	catalog_unless_stopped
	if [ "$FATES" = ' tf-files=0' ]; then
		PLANNED=$(cat -- "$FOUND.plan")
		plan_take
	else
		rm -f -- "$FOUND"
		plan_measure "$CATALOG.new" "$PLAN.new"
	fi
	rm -f -- "$FOUND.plan"
}

# found_append: puts what was found at the journal's end, on the disk with it.
found_append() {
	if [ -s "$FOUND" ]; then
		stage append tf-queue --append-to "$JOURNAL" "$FOUND" 3</dev/null 4>/dev/null
		stages_wait
		catalog_unless_stopped
		[ "$FATES" = ' append=0' ] ||
			fail 3 "'$JOURNAL': cannot be written: see what tf-queue says, then run the same command again"
	fi
	rm -f -- "$FOUND"
}
