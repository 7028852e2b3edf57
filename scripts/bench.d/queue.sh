# shellcheck shell=sh
# What is left of a million records after a million results, half of them successes: beside DuckDB's anti-join, which
# takes the two files for what they are, prints the same lines, and needs no last result for each path.
records=1000000
duckdb=$PWD/.build/peers/bin/python
result_lines "$records" | sed 's/,"status".*/}/' >"$WORK/catalog"
result_lines "$records" | awk 'NR % 2 {
	sub(/"status":"success","bytes":52428800/, "\"status\":\"failed\",\"error\":\"server_error\",\"retryable\":true,\"retry_at\":1760000030")
} { print }' >"$WORK/results"
cat >"$WORK/antijoin.py" <<'EOF'
import sys
import duckdb

duckdb.sql(f"""
    COPY (
        SELECT json FROM read_ndjson_objects('{sys.argv[1]}/catalog') AS catalog ANTI JOIN (
            SELECT path FROM read_ndjson('{sys.argv[1]}/results', columns = {{path: 'VARCHAR', status: 'VARCHAR'}})
            WHERE status = 'success'
        ) AS done ON done.path = catalog.json->>'$.path'
    ) TO '{sys.argv[1]}/antijoin' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')
""")
EOF

echo "### $records records against $records results"
pair_head
pair 'tf-queue' 'DuckDB, anti-join' "tf-queue '$WORK/catalog' '$WORK/results'" \
	"'$duckdb' '$WORK/antijoin.py' '$WORK'"
timed "$WORK/many" "tf-queue '$WORK/catalog' '$WORK/results'"
head -n 1000 "$WORK/catalog" >"$WORK/few-records"
head -n 1000 "$WORK/results" >"$WORK/few-results"
timed "$WORK/few" "tf-queue '$WORK/few-records' '$WORK/few-results'"
printf '\n%s bytes of memory for each record\n' \
	"$((($(median 3 "$WORK/many") - $(median 3 "$WORK/few")) * 1024 / records))"
