# shellcheck shell=sh
# What a run would do, for people.

# plan_measure CATALOG PLAN: sets LEFT, the records that can be tried, now or later, and NEED, about their bytes.
plan_measure() {
	segments=$(json_number segments "$2")
	LEFT=$(records_left "$1")
	# The folder's room is of this moment, not of the one when the plan was made.
	estimate=$(tf-catalog --plan --output "$OUTPUT" ${RATE:+--rate "$RATE"} -- "$1" 2>/dev/null) ||
		[ $? -eq 1 ] || fail 3 "'$1': cannot tell what it comes to: see 'tf-catalog --plan $1'"
	guessed=$(estimate bytes_estimated)
	size=$(($(estimate bytes_known) + guessed))
	each=$((segments > 0 ? size / segments : 0))
	NEED=$((each * LEFT))
}

# plan_show CATALOG PLAN: prints it.
plan_show() {
	plan_measure "$@"
	if [ -n "${PLAN_JSON:-}" ]; then
		plan_json "$2"
		return
	fi
	free=$(estimate bytes_free)
	printf '  courses   %s%s\n' "$(human_count "$(json_number courses "$2")")" \
		"$(besides "$(json_number courses_without_segments "$2")" 'without any video')"
	printf '  segments  %s%s\n' "$(human_count "$segments")" \
		"$(besides "$(json_number segments_without_video "$2")" 'more without a video')"
	printf '  bytes     %s%s\n' "$(human_bytes "$size")" "$(plan_guess "$2")"
	seconds=$(estimate seconds)
	[ -z "$seconds" ] || printf '  time      %s at %s a second\n' "$(human_time "$seconds")" "$RATE"
	printf '  to do     %s\n' "$(human_count "$LEFT")"
	printf "  folder    '%s', %s free\n" "$OUTPUT" "$(human_bytes "$free")"
	[ "$NEED" -le "$free" ] ||
		printf "  There may be too little room: what is left to do is about %s.\n" "$(human_bytes "$NEED")"
}

# plan_json PLAN: the plan of the source, with the estimate for what was selected, and what is left to do.
plan_json() {
	printf '{"courses":%d,"courses_without_segments":%d,"segments":%d,"segments_without_video":%d' \
		"$(json_number courses "$1")" "$(json_number courses_without_segments "$1")" "$segments" \
		"$(json_number segments_without_video "$1")"
	printf ',"segments_with_size":%d,"bytes_known":%d,"bytes_estimated":%d,"bytes_free":%d,"left":%d}\n' \
		"$(json_number segments_with_size "$1")" "$(estimate bytes_known)" "$(estimate bytes_estimated)" \
		"$(estimate bytes_free)" "$LEFT"
}

# records_left CATALOG: how many are neither there nor failed for good.
records_left() {
	eval "set -- $QUEUE_OPTIONS \"\$1\""
	tf-queue "$@" "$JOURNAL" --state queued --state delayed | wc -l
}

# estimate NAME: a number of what the catalogue comes to.
estimate() {
	printf '%s\n' "$estimate" | json_number "$1" -
}

# plan_guess PLAN: how much of the bytes is a guess.
plan_guess() {
	unknown=$(($(json_number segments "$1") - $(json_number segments_with_size "$1")))
	[ "$unknown" -eq 0 ] || printf ' (guessed: %s for each of %s)' \
		"$(human_bytes $((guessed / unknown)))" "$(human_count "$unknown")"
}

# besides N WHAT: ` (3 WHAT)`, or nothing for none.
besides() {
	[ "$1" -eq 0 ] || printf ' (%s %s)' "$(human_count "$1")" "$2"
}
