# shellcheck shell=sh
# How fast a catalogue of a million segments comes out of a database, a file and a table, and what a listing takes.
count=1000000
sqlite3 "$WORK/catalog.sqlite" <<SQL
CREATE TABLE local_truefire_courses (id INTEGER PRIMARY KEY, title TEXT);
CREATE TABLE local_truefire_channels (id INTEGER PRIMARY KEY, courseid INTEGER, title TEXT);
CREATE TABLE local_truefire_segments (id INTEGER PRIMARY KEY, channel_id INTEGER, item_order INTEGER, name TEXT,
    video TEXT, runtime INTEGER);
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $count / 20 - 1)
INSERT INTO local_truefire_channels SELECT i, i / 5, 'Chapter ' || i FROM n;
INSERT INTO local_truefire_courses SELECT DISTINCT courseid, 'Blues Guitar Fundamentals ' || courseid
FROM local_truefire_channels;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)
INSERT INTO local_truefire_segments SELECT i, (i - 1) / 20, i % 20, 'A shuffle in E, slowly, number ' || i,
    'mp4:course' || (i / 100) || '/sub/lesson-' || i, 60 + i % 600 FROM n;
SQL
tf-catalog --print-sql sqlite >"$WORK/query"
tf-catalog "$WORK/catalog.sqlite" >"$WORK/catalog.ndjson" 2>/dev/null
sqlite3 -csv -header "$WORK/catalog.sqlite" <"$WORK/query" >"$WORK/catalog.csv"
jq -c '{Key: .key, Size: 1000, ETag: "\"0123456789abcdef0123456789abcdef\""}' "$WORK/catalog.ndjson" >"$WORK/listing"

echo "### A catalogue of $count segments"
pair_head
pair 'SQLite' 'sqlite3 -json, jq -c' "tf-catalog '$WORK/catalog.sqlite'" \
	"sqlite3 -json '$WORK/catalog.sqlite' <'$WORK/query' | jq -c '.[]'"
pair 'NDJSON' 'jq -c' "tf-catalog '$WORK/catalog.ndjson'" "jq -c . '$WORK/catalog.ndjson'"
pair 'CSV' 'sqlite3 -csv alone' "tf-catalog '$WORK/catalog.csv'" \
	"sqlite3 -csv '$WORK/catalog.sqlite' <'$WORK/query'"
pair 'NDJSON with a listing' 'NDJSON' "tf-catalog --listing '$WORK/listing' '$WORK/catalog.ndjson'" \
	"tf-catalog '$WORK/catalog.ndjson'"
