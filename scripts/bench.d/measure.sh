# shellcheck shell=sh
# Pairs of commands, run in turn, so that what slows the machine down slows both; medians of wall, CPU and memory.

# timed FILE COMMAND: appends 'wall cpu kilobytes' of the shell command to the file.
timed() {
	command time -o "$WORK/time" -f '%e %U %S %M' sh -c "$2" >/dev/null 2>"$WORK/errors" ||
		echo "bench: failed: $2: $(tail -n 1 "$WORK/errors")" >&2
	awk 'NF == 4 { print $1, $2 + $3, $4 }' "$WORK/time" >>"$1"
}

# median COLUMN FILE
median() {
	awk -v column="$1" '{ print $column }' "$2" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}

# ratio OVER UNDER
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else print "-" }'; }

# per_second COUNT SECONDS
per_second() { awk -v n="$1" -v s="$2" 'BEGIN { if (s > 0) printf "%.0f", n / s; else print "-" }'; }

# pair NAME PEER OURS THEIRS [BEFORE [AFTER]]: a table row: ratios of wall and CPU, then our figures and the peer's.
# BEFORE and AFTER are run before and after each command, outside the measurement.
pair() {
	: >"$WORK/ours"
	: >"$WORK/theirs"
	count=0
	while [ "$count" -lt "$PAIRS" ]; do
		eval "${5:-}"
		timed "$WORK/ours" "$3"
		eval "${6:-}"
		eval "${5:-}"
		timed "$WORK/theirs" "$4"
		eval "${6:-}"
		count=$((count + 1))
	done
	wall=$(median 1 "$WORK/ours") peer_wall=$(median 1 "$WORK/theirs")
	cpu=$(median 2 "$WORK/ours") peer_cpu=$(median 2 "$WORK/theirs")
	printf '| %s | %s | %s | %s | %s s, %s s CPU, %s KB | %s s, %s s CPU, %s KB |\n' "$1" "$2" \
		"$(ratio "$wall" "$peer_wall")" "$(ratio "$cpu" "$peer_cpu")" \
		"$wall" "$cpu" "$(median 3 "$WORK/ours")" "$peer_wall" "$peer_cpu" "$(median 3 "$WORK/theirs")"
}

pair_head() {
	echo "| case | peer | wall to peer | CPU to peer | ours | peer's |"
	echo "| --- | --- | --- | --- | --- | --- |"
}

# result_lines COUNT: result lines of about 300 bytes, each with its own path.
result_lines() {
	awk -v count="$1" 'BEGIN {
		for (i = 1; i <= count; i++)
			printf "{\"course_id\":%d,\"course_title\":\"Blues Guitar Fundamentals %d\",\"channel_id\":%d,\"segment_id\":%d,\"title\":\"A shuffle in E, slowly\",\"position\":%d,\"key\":\"blues/lesson%d_med.mp4\",\"path\":\"truefire-courses/%d/%d.mp4\",\"status\":\"success\",\"bytes\":52428800,\"seconds\":12.345,\"attempt\":1,\"finished_at\":1760000000.123}\n", i / 100, i / 100, i / 10, i, i % 100 + 1, i, i / 100, i
	}'
}
