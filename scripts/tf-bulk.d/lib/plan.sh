# shellcheck shell=sh
# What a run would do, for people.

# plan_measure CATALOG PLAN: sets LEFT, the records that can be tried, now or later, NEED, about their bytes, FREE, the
# folder's room, empty where it is not known, and what plan_show shows.
plan_measure() {
	figures_of "$2" || fail 3 "'$2': cannot be read: the next run makes it again"
	segments=$(figure_or_none segments)
	courses=$(figure_or_none courses)
	empty_courses=$(figure_or_none courses_without_segments)
	without_video=$(figure_or_none segments_without_video)
	with_size=$(figure_or_none segments_with_size)
	LEFT=$(records_left "$1")
	# The folder's room is of this moment, not of the one when the plan was made.
	estimate=$(tf-catalog --plan --output "$OUTPUT" ${RATE:+--rate "$RATE"} -- "$1" 2>/dev/null) ||
		[ $? -eq 1 ] || fail 3 "'$1': its plan cannot be made: see 'tf-catalog --plan $1'"
	FIGURES=$(printf '%s\n' "$estimate" | tf-queue --sums -)
	known=$(figure_or_none bytes_known)
	guessed=$(figure_or_none bytes_estimated)
	seconds=$(figure seconds) || seconds=''
	FREE=$(figure bytes_free) || FREE=''
	size=$((known + guessed))
	each=$((segments > 0 ? size / segments : 0))
	NEED=$((each * LEFT))
}

# plan_show CATALOG PLAN: prints it.
plan_show() {
	plan_measure "$@"
	if [ -n "${PLAN_JSON:-}" ]; then
		plan_json
		return
	fi
	printf '  courses   %s%s\n' "$(human_count "$courses")" "$(besides "$empty_courses" 'without any video')"
	printf '  segments  %s%s\n' "$(human_count "$segments")" "$(besides "$without_video" 'more without a video')"
	printf '  bytes     %s%s\n' "$(human_bytes "$size")" "$(plan_guess)"
	[ -z "$seconds" ] || printf '  time      %s at %s a second\n' "$(human_time "$seconds")" "$RATE"
	printf '  to do     %s\n' "$(human_count "$LEFT")"
	# Where that is, whatever the working directory is taken for.
	case $OUTPUT in
	/*) place=$OUTPUT ;;
	*) place=$PWD/${OUTPUT#./} ;;
	esac
	printf "  folder    '%s', %s\n" "$(printf %s "${place%/.}" | printable)" "$(room_words "$FREE")"
	[ -z "$FREE" ] || [ "$NEED" -le "$FREE" ] ||
		printf "  There may be too little space: what is left to do is about %s.\n" "$(human_bytes "$NEED")"
}

# plan_json: the plan of the source, with the estimate for what was selected, and what is left to do.
plan_json() {
	printf '{"courses":%s,"courses_without_segments":%s,"segments":%s,"segments_without_video":%s' \
		"$courses" "$empty_courses" "$segments" "$without_video"
	printf ',"segments_with_size":%s,"bytes_known":%s,"bytes_estimated":%s,"bytes_free":%s,"left":%s}\n' \
		"$with_size" "$known" "$guessed" "${FREE:-null}" "$LEFT"
}

# records_left CATALOG: how many are neither there nor failed for good.
records_left() {
	eval "set -- $QUEUE_OPTIONS \"\$1\""
	tf-queue "$@" "$JOURNAL" --state queued --state delayed | wc -l
}

# plan_guess: how much of the bytes is a guess.
plan_guess() {
	unknown=$((segments - with_size))
	[ "$unknown" -eq 0 ] || printf ' (guessed: %s for each of %s)' \
		"$(human_bytes $((guessed / unknown)))" "$(human_count "$unknown")"
}

# besides N WHAT: ` (3 WHAT)`, or nothing for none.
besides() {
	[ "$1" -eq 0 ] || printf ' (%s %s)' "$(human_count "$1")" "$2"
}
