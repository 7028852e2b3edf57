# shellcheck shell=sh
# What a run would do, for people.

# plan_show CATALOG PLAN: prints it. Sets LEFT, the records that can be tried, now or later.
plan_show() {
	segments=$(json_number segments "$2")
	LEFT=$(records_left "$1")
	size=$(plan_bytes "$2")
	free=$(free_bytes)
	printf '  courses   %s%s\n' "$(human_count "$(json_number courses "$2")")" \
		"$(besides "$(json_number courses_without_segments "$2")" 'without any video')"
	printf '  segments  %s%s\n' "$(human_count "$segments")" \
		"$(besides "$(json_number segments_without_video "$2")" 'more without a video')"
	printf '  bytes     %s%s\n' "$(human_bytes "$size")" "$(plan_guess "$2")"
	printf '  to do     %s\n' "$(human_count "$LEFT")"
	printf "  folder    '%s', %s free\n" "$OUTPUT" "$(human_bytes "$free")"
	each=$((segments > 0 ? size / segments : 0))
	if [ $((each * LEFT)) -gt "$free" ]; then
		printf "  There may be too little room: what is left to do is about %s.\n" "$(human_bytes $((each * LEFT)))"
	fi
}

# records_left CATALOG: how many are neither there nor failed for good.
records_left() {
	eval "set -- $QUEUE_OPTIONS \"\$1\""
	tf-queue "$@" "$JOURNAL" --state queued --state delayed | wc -l
}

# plan_bytes PLAN: those that are known, and 50 MiB for each segment of which nothing is known.
plan_bytes() {
	echo $(($(json_number bytes_known "$1") + $(plan_unknown "$1") * 50 * 1024 * 1024))
}

plan_unknown() {
	echo $(($(json_number segments "$1") - $(json_number segments_with_size "$1")))
}

# plan_guess PLAN: how much of the bytes is a guess.
plan_guess() {
	unknown=$(plan_unknown "$1")
	[ "$unknown" -eq 0 ] || printf ' (guessed: 50 MiB for each of %s)' "$(human_count "$unknown")"
}

# besides N WHAT: ` (3 WHAT)`, or nothing for none.
besides() {
	[ "$1" -eq 0 ] || printf ' (%s %s)' "$(human_count "$1")" "$2"
}

# free_bytes: room in the output folder, or where it will be made.
free_bytes() {
	place=$OUTPUT
	while [ ! -e "$place" ]; do
		place=$(dirname -- "$place")
	done
	df -Pk -- "$place" | awk 'NR == 2 { printf("%.0f\n", $4 * 1024) }'
}
