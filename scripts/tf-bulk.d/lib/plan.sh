# shellcheck shell=sh
# What a run would do, for people.

# plan_measure CATALOG PLAN: sets PLANNED, the plan as JSON, and what plan_take sets.
plan_measure() {
	catalog=$1 plan=$2
	eval "set -- $QUEUE_OPTIONS"
	set -- --plan "$plan" "$@" ${RATE:+--rate "$RATE"} -o "$FETCHED" -- "$catalog" "$JOURNAL"
	# What was found in the store is not in the journal yet.
	[ -z "$STORE" ] || [ ! -s "$FOUND" ] || set -- "$@" "$FOUND"
	# What is wrong with lines of the catalogue was told when it was made. If it fails, it says why.
	PLANNED=$(tf-files "$@" 2>/dev/null) || {
		tf-files "$@" >/dev/null
		exit
	}
	plan_take
}

# plan_take: sets the FIGURES of PLANNED; LEFT, the records that can be tried, now or later; NEED, about their bytes;
# and FREE, the folder's room, empty where it is not known.
plan_take() {
	FIGURES=$(printf '%s\n' "$PLANNED" | tf-queue --sums -)
	LEFT=$(figure_or_none left)
	NEED=$(figure_or_none bytes_left)
	FREE=$(figure bytes_free) || FREE=''
}

# plan_show: prints what plan_measure has measured.
plan_show() {
	if [ -n "${PLAN_JSON:-}" ]; then
		printf '%s\n' "$PLANNED"
		return
	fi
	segments=$(figure_or_none segments)
	printf '  courses   %s%s\n' "$(human_count "$(figure_or_none courses)")" \
		"$(besides "$(figure_or_none courses_without_segments)" 'without any video')"
	printf '  segments  %s%s\n' "$(human_count "$segments")" \
		"$(besides "$(figure_or_none segments_without_video)" "more without a video: 'tf-catalog --courses' counts them")"
	printf '  bytes     %s%s\n' "$(human_bytes $(($(figure_or_none bytes_known) + $(figure_or_none bytes_estimated))))" \
		"$(plan_guess)"
	printf '  files     %s\n' "$(plan_states)"
	! seconds=$(figure seconds) || printf '  time      %s at %s a second\n' "$(human_time "$seconds")" "$RATE"
	printf "  folder    '%s', %s\n" "$(output_place)" "$(room_words "$FREE")"
	[ -z "$STORE" ] || printf "  store     '%s', which the files go on to\n" "$(printf %s "$STORE" | printable)"
	[ -n "$STORE" ] || [ -z "$FREE" ] || [ "$NEED" -le "$FREE" ] ||
		printf "  There may be too little space: what is left to do is about %s.\n" "$(human_bytes "$NEED")"
}

# plan_states: how many files are there, and how many are not.
plan_states() {
	there=$(figure_or_none there) failed=$(figure_or_none failed_for_good) dropped=$(figure_or_none dropped)
	printf 'there %s' "$(human_count "$there")"
	[ "$there" -eq 0 ] || printf ' (%s)' "$(human_bytes "$(figure_or_none bytes_there)")"
	[ "$failed" -eq 0 ] || printf ', failed for good %s' "$(human_count "$failed")"
	[ "$dropped" -eq 0 ] || printf ', left out %s' "$(human_count "$dropped")"
	printf ', to do %s%s' "$(human_count "$LEFT")" "$(besides "$(figure_or_none left_on_disk)" 'on the disk, to be checked')"
}

# plan_guess: how much of the bytes is a guess. Sizes are known from records, from the journal and from the disk.
plan_guess() {
	known=$(figure_or_none segments_with_size)
	unknown=$((segments - known))
	[ "$unknown" -gt 0 ] || return 0
	each=$(human_bytes "$(figure_or_none mean_size)")
	if [ "$known" -eq 0 ]; then
		printf ' (no size is known: guessed at %s each)' "$each"
	else
		printf ' (%s known, %s guessed at their mean, %s)' "$(human_count "$known")" "$(human_count "$unknown")" "$each"
	fi
}

# besides N WHAT: ` (3 WHAT)`, or nothing for none.
besides() {
	[ "$1" -eq 0 ] || printf ' (%s %s)' "$(human_count "$1")" "$2"
}
