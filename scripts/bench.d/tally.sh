# shellcheck shell=sh
# tf-tally beside DuckDB, which groups the same file by the same rule, and beside jq; memory for each path; a status
# from a snapshot.
lines=5000000
awk -v count="$lines" 'BEGIN {
	for (i = 1; i <= count; i++) {
		course = i * 7919 % 60000
		printf "{\"course_id\":%d,\"course_title\":\"Blues Guitar Fundamentals %d\",\"channel_id\":%d,\"segment_id\":%d,\"title\":\"A shuffle in E, slowly\",\"position\":%d,\"key\":\"blues/lesson%d_med.mp4\",\"path\":\"truefire-courses/%d/%d.mp4\",\"status\":\"success\",\"bytes\":52428800,\"seconds\":12.345,\"attempt\":1,\"finished_at\":%.3f}\n", course, course, i / 10, i, i % 100 + 1, i, course, i, 1760000000 + i / 50
	}
}' >"$WORK/tally"
# The last result of each path, then files and bytes by course and status.
cat >"$WORK/group.py" <<'END'
import duckdb, sys
print(duckdb.sql(f"""
with lines as (
  select row_number() over () as line, path, status, bytes, course_id, error
  from read_json('{sys.argv[1]}', format = 'newline_delimited', columns = {{path: 'VARCHAR', status: 'VARCHAR',
    bytes: 'BIGINT', course_id: 'BIGINT', error: 'VARCHAR'}})),
last as (
  select path, arg_max(struct_pack(s := status, b := bytes, c := course_id, e := error), line) as r
  from lines group by path)
select r.c, r.s, r.e, count(*), sum(r.b) from last group by all"""))
END
duckdb=$PWD/.build/peers/bin/python

echo "### $lines results of $(($(wc -c <"$WORK/tally") / lines)) bytes in 60,000 courses"
pair_head
pair tf-tally DuckDB "tf-tally --format json '$WORK/tally'" "'$duckdb' '$WORK/group.py' '$WORK/tally'"
awk 'NR == 1 || $3 > most { most = $3 } END { print most * 1024 }' "$WORK/ours" >"$WORK/most"
PAIRS=1 pair tf-tally 'jq -c .status' "tf-tally --format json '$WORK/tally'" "jq -c .status '$WORK/tally'"
printf '\n%s bytes of memory for each path\n' "$(awk -v n="$lines" '{ printf "%.0f", $1 / n }' "$WORK/most")"

echo
echo '### A status from a snapshot of 100,300 segments in 1,700 courses'
echo '| what | CPU of 50 runs |'
echo '| --- | --- |'
awk 'BEGIN { for (i = 0; i < 100300; i++) printf "{\"course_id\":%d,\"course_title\":\"Course %d\",\"path\":\"%d/%d.mp4\",\"status\":\"success\",\"bytes\":52428800,\"seconds\":9.5,\"finished_at\":%d}\n", i / 59, i / 59, i / 59, i, 1760000000 + i }' |
	tf-tally --format json --output "$WORK/stats.json"
for options in "--snapshot '$WORK/stats.json' --format bulk-status" --version; do
	: >"$WORK/times"
	timed "$WORK/times" "i=0; while [ \$i -lt 50 ]; do tf-tally $options; i=\$((i + 1)); done"
	printf '| tf-tally %s | %s s |\n' "${options%% *}" "$(median 2 "$WORK/times")"
done
