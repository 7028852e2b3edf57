# shellcheck shell=sh
# Pairs of commands, run in turn, so that what slows the machine down slows both; medians of wall, CPU and memory.

# OLD=FOLDER has the tools of another build: then each of our commands is run with them too, in turn with ours and the
# peer's.
OLD=${OLD:-}

# with_old COMMAND: the same command with the tools of OLD.
with_old() { printf "PATH='%s':\$PATH; %s" "$OLD" "$1"; }

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

# pair NAME PEER OURS THEIRS [BEFORE [AFTER]]: a table row: ratios of wall and CPU, then our figures and the peer's,
# then the ratios to the old tools. BEFORE and AFTER are run before and after each command, outside the measurement.
pair() {
	: >"$WORK/ours"
	: >"$WORK/theirs"
	: >"$WORK/olds"
	turn=0
	while [ "$turn" -lt "$PAIRS" ]; do
		pair_run "$WORK/ours" "$3" "${5:-}" "${6:-}"
		pair_run "$WORK/theirs" "$4" "${5:-}" "${6:-}"
		[ -z "$OLD" ] || pair_run "$WORK/olds" "$(with_old "$3")" "${5:-}" "${6:-}"
		turn=$((turn + 1))
	done
	wall=$(median 1 "$WORK/ours") peer_wall=$(median 1 "$WORK/theirs")
	cpu=$(median 2 "$WORK/ours") peer_cpu=$(median 2 "$WORK/theirs")
	printf '| %s | %s | %s | %s | %s s, %s s CPU, %s KB | %s s, %s s CPU, %s KB |' "$1" "$2" \
		"$(ratio "$wall" "$peer_wall")" "$(ratio "$cpu" "$peer_cpu")" \
		"$wall" "$cpu" "$(median 3 "$WORK/ours")" "$peer_wall" "$peer_cpu" "$(median 3 "$WORK/theirs")"
	[ -z "$OLD" ] || printf ' %s | %s |' "$(ratio "$wall" "$(median 1 "$WORK/olds")")" "$(ratio "$cpu" "$(median 2 "$WORK/olds")")"
	echo
}

# pair_run FILE COMMAND BEFORE AFTER
pair_run() {
	eval "$3"
	timed "$1" "$2"
	eval "$4"
}

pair_head() {
	if [ -n "$OLD" ]; then
		echo "| case | peer | wall to peer | CPU to peer | ours | peer's | wall to old | CPU to old |"
		echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
	else
		echo "| case | peer | wall to peer | CPU to peer | ours | peer's |"
		echo "| --- | --- | --- | --- | --- | --- |"
	fi
}

# result_lines COUNT: result lines of about 300 bytes, each with its own path.
result_lines() {
	awk -v count="$1" 'BEGIN {
		for (i = 1; i <= count; i++)
			printf "{\"course_id\":%d,\"course_title\":\"Blues Guitar Fundamentals %d\",\"channel_id\":%d,\"segment_id\":%d,\"title\":\"A shuffle in E, slowly\",\"position\":%d,\"key\":\"blues/lesson%d_med.mp4\",\"path\":\"truefire-courses/%d/%d.mp4\",\"status\":\"success\",\"bytes\":52428800,\"seconds\":12.345,\"attempt\":1,\"finished_at\":1760000000.123}\n", i / 100, i / 100, i / 10, i, i % 100 + 1, i, i / 100, i
	}'
}
