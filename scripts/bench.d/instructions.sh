# shellcheck shell=sh
# Instructions in user space for one unit of work: callgrind's count of a run over 3,000 units less that of one over
# 1,000, so that starting up does not count, nor does what else the machine does. HOTTEST=20 prints as many functions.
# shellcheck source=scripts/bench.d/origin.sh
. "$PARTS/origin.sh"
origin_start
targets_in /dev/shm
# Valgrind ends at Swift's debugging information; the names of functions stay.
mkdir "$WORK/tools"
for tool in tf-catalog tf-sign tf-fetch tf-tally tf-queue; do
	strip --strip-debug -o "$WORK/tools/$tool" "$(command -v "$tool")"
done
PATH=$WORK/tools:$PATH

# counted COUNT COMMAND…: its instructions; the functions go to a file of this count.
counted() {
	count=$1
	shift
	valgrind --tool=callgrind --callgrind-out-file="$WORK/callgrind.$count" "$@" 2>"$WORK/said" >/dev/null ||
		echo "bench: failed: $*: $(grep -v '^==' "$WORK/said" | tail -n 1)" >&2
	sed -n 's/.*Collected : *\([0-9]*\)$/\1/p' "$WORK/said"
}

# each NAME COMMAND…: a table row. COMMAND is a function that gets the count, and what runs the tool before its name.
each() {
	name=$1
	shift
	few=$("$@" 1000)
	many=$("$@" 3000)
	printf '| %s | %s |\n' "$name" "$(((many - few) / 2000))"
	[ -z "${HOTTEST:-}" ] || hottest "$HOTTEST"
}

# hottest COUNT: the functions with most of the difference, each with its share for one unit.
hottest() {
	for count in 1000 3000; do
		callgrind_annotate --threshold=100 "$WORK/callgrind.$count" 2>/dev/null |
			sed -n 's/^ *\([0-9,]*\) *([^)]*)  \(.*\)$/\1 \2/p' | sed 's/ \[[^]]*\]$//' >"$WORK/functions.$count"
	done
	awk '{ cost = $1; gsub(",", "", cost); $1 = ""; sub(/^ [^:]*:/, "") }
		FNR == NR { few[$0] += cost; next }
		{ many[$0] += cost }
		END { for (name in many) printf "%8d  %s\n", (many[name] - few[name]) / 2000, name }' \
		"$WORK/functions.1000" "$WORK/functions.3000" |
		sort -rn | head -n "$1" | swift demangle --simplified | cut -c 1-150
}

# fetched NAME COUNT: tf-fetch over so many records of a course, into a fresh folder.
fetched() {
	fresh
	head -n "$2" "$WORK/$1.ndjson" >"$WORK/input"
	counted "$2" tf-fetch -j 10 --progress none --min-free 0 --sync none --cacert "$WORK/tls.pem" -o "$TARGET" \
		<"$WORK/input"
}

# skipped NAME COUNT: the same over files that are there.
skipped() {
	head -n "$2" "$WORK/$1.ndjson" >"$WORK/input"
	fresh
	tf-fetch -j 10 --progress none --min-free 0 --sync none -o "$TARGET" <"$WORK/input" >/dev/null 2>&1
	counted "$2" tf-fetch --progress none --min-free 0 -o "$TARGET" <"$WORK/input"
}

# by_curl NAME COUNT
by_curl() {
	fresh
	head -n "$((2 * $2))" "$WORK/$1.curl" >"$WORK/input"
	(cd "$TARGET" && counted "$2" curl -sS -Z --parallel-max 10 --cacert "$WORK/tls.pem" --create-dirs -K "$WORK/input")
}

# signed COUNT OPTION…: tf-sign over so many records.
signed() {
	count=$1
	shift
	head -n "$count" "$WORK/small.ndjson" | sed 's/"url":"[^"]*\/\([^/"]*\)"/"course_id":1,"key":"small\/\1"/' >"$WORK/input"
	counted "$count" tf-sign --quiet "$@" <"$WORK/input"
}
signed_rsa() { signed "$1" --base-url "$PLAIN" --key-pair-id K --private-key "$WORK/tls.key"; }
signed_course() { signed "$1" --base-url "$PLAIN" --key-pair-id K --private-key "$WORK/tls.key" --scope course; }
signed_s3() {
	AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=B signed "$1" --s3 --bucket b --region eu-west-1
}

# cataloged, tallied, queued COUNT: the other tools over rows, results, and records of which none is done.
cataloged() {
	seq "$1" | sed 's/.*/{"segment_id":&,"course_id":&,"course_title":"Blues","title":"A shuffle","key":"k\/&.mp4"}/' \
		>"$WORK/rows.ndjson"
	counted "$1" tf-catalog "$WORK/rows.ndjson"
}
tallied() {
	result_lines "$1" >"$WORK/results.ndjson"
	counted "$1" tf-tally "$WORK/results.ndjson"
}
queued() {
	: >"$WORK/none"
	counted "$1" tf-queue "$WORK/small.$1" "$WORK/none"
}

files small 3000 16k "$PLAIN"
for count in 1000 3000; do head -n "$count" "$WORK/small.ndjson" >"$WORK/small.$count"; done
echo '### Instructions for each unit of work, in user space'
echo '| unit | instructions |'
echo '| --- | --- |'
each 'a file of 16 KiB, plain' fetched small
each 'the same, curl -Z' by_curl small
each 'a file that is there' skipped small
each 'a row of NDJSON, tf-catalog' cataloged
each 'a result, tf-tally' tallied
each 'a record, tf-queue' queued
chmod 600 "$WORK/tls.key"
each 'a URL signed by RSA' signed_rsa
each 'a URL with its course'"'"'s signature' signed_course
each 'a URL signed for S3' signed_s3
files small 3000 16k "$TLS"
each 'a file of 16 KiB, TLS, HTTP/2' fetched small
each 'the same, curl -Z' by_curl small
