#!/bin/sh
# From the source to the catalogue in its place.
. "$DRIVER_TESTS/lib.sh"

every_record() {
	records 25 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	cmp source.ndjson out/.tf-bulk/catalog.ndjson
	lines out/.tf-bulk/results.ndjson 25
	ends 0 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 25
}
claim "every record is fetched, and a second run has nothing to do" every_record

refused_rows() {
	{
		records 3
		echo 'no record'
	} >source.ndjson
	ends 1 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 3
}
claim "rows that the catalogue refused end a run that is else complete with 1" refused_rows

unreadable_source() {
	records 3 >source.ndjson
	"$BULK" run -y -o out source.ndjson
	ends 3 "$BULK" run -y -o out missing.ndjson 2>errors
	has errors "the last catalogue is kept"
	cmp source.ndjson out/.tf-bulk/catalog.ndjson
}
claim "a source that cannot be read keeps the last catalogue" unreadable_source

dead_catalogue() {
	records 3 >source.ndjson
	"$BULK" run -y -o out source.ndjson
	fake tf-catalog <<-'EOF'
		echo '{"path":"half'
		kill -KILL $$
	EOF
	ends 3 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "tf-catalog: ended by SIGKILL"
	cmp source.ndjson out/.tf-bulk/catalog.ndjson
}
claim "a catalogue that was cut off never takes the place of the last one" dead_catalogue

filter() {
	records 12 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson -- grep -e '"title":"T1' -e "it's"
	lines out/.tf-bulk/catalog.ndjson 4
	lines out/.tf-bulk/results.ndjson 4
}
claim "only what the filter lets through is fetched" filter

filter_that_fails() {
	records 3 >source.ndjson
	"$BULK" run -y -o out source.ndjson
	ends 3 "$BULK" run -y -o out source.ndjson -- sh -c 'head -n 1; exit 5' 2>errors
	has errors "filter: ended with status 5"
	cmp source.ndjson out/.tf-bulk/catalog.ndjson
}
claim "a filter that fails keeps the last catalogue" filter_that_fails

filter_of_nothing() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson -- grep nowhere 2>errors
	has errors "the catalogue is empty"
	lines out/.tf-bulk/catalog.ndjson 0
}
claim "a filter that selects nothing makes an empty catalogue, which is said" filter_of_nothing

filter_that_leaves() {
	records 20000 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson -- head -n 2
	lines out/.tf-bulk/results.ndjson 2
}
claim "a filter may leave before the source's end" filter_that_leaves

standard_input() {
	records 3 | "$BULK" run -y -o out -
	lines out/.tf-bulk/results.ndjson 3
	[ ! -e out/.tf-bulk/source ]
}
claim "the source may be standard input" standard_input

plan_changes_nothing() {
	records 3 >source.ndjson
	ends 0 "$BULK" plan -o out source.ndjson -- grep T1 >plan
	has plan "files     there 0, to do 1"
	[ ! -e out ]
}
claim "a plan is made without a trace" plan_changes_nothing

plan_of_bytes() {
	{
		records 3
		printf '{"course_id":1,"path":"x","size":1073741824}\n'
	} >source.ndjson
	ends 0 "$BULK" plan -o out --rate 1M source.ndjson >plan
	has plan "bytes     4.0 GiB (1 known, 3 guessed at their mean, 1.0 GiB)"
	has plan "time      1 h 8 min at 1M a second"
}
claim "a plan tells bytes, guessed by the mean of the known ones, and the time at a rate" plan_of_bytes

# keeps STATUS ARGUMENT…: the run ends with it, and the last catalogue and its plan are as they were.
keeps() {
	wanted_status=$1
	shift
	cp out/.tf-bulk/plan.json plan
	ends "$wanted_status" "$BULK" run -y -o out "$@" 2>errors
	cmp kept out/.tf-bulk/catalog.ndjson
	cmp plan out/.tf-bulk/plan.json
	has errors "the last catalogue is kept"
	"$BULK" status -o out >status
	has status "Everything is there."
	[ ! -e out/.tf-bulk/catalog.ndjson.new ]
	[ ! -e out/.tf-bulk/plan.json.new ]
}
filters_that_spoil() {
	records 5 >source.ndjson
	cp source.ndjson kept
	"$BULK" run -y -o out source.ndjson
	keeps 3 source.ndjson -- jq .
	has errors "-c"
	keeps 3 source.ndjson -- jq -s .
	keeps 3 source.ndjson -- jq -r .path
	keeps 3 source.ndjson -- jq -c .path
	keeps 3 source.ndjson -- cat -n
	keeps 3 source.ndjson -- sed 's/"path"/"file"/'
	keeps 3 source.ndjson -- tr '\n' ' '
	keeps 3 source.ndjson -- gzip
	keeps 3 source.ndjson -- jq -r '[.path, .key] | @csv'
	keeps 3 source.ndjson -- echo "no such course"
	# A few lines that are not records are reported, and cost only themselves.
	ends 0 "$BULK" run -y -o out source.ndjson -- sh -c 'cat; echo "-- 5 records"' 2>errors
	has errors "line 6"
}
claim "what a filter spoils is refused, with the last catalogue kept" filters_that_spoil

sources_of_nothing() {
	records 5 >source.ndjson
	cp source.ndjson kept
	"$BULK" run -y -o out source.ndjson
	: >empty
	echo "Dear all, here is the list." >letter.txt
	printf 'id,title\n' >head.csv
	echo '[]' >none.json
	echo '<html><body>Please sign in</body></html>' >portal.html
	for source in empty letter.txt head.csv none.json portal.html; do
		keeps 3 "$source"
	done
	keeps 3 source.ndjson --course 999
	keeps 3 -
	# The plan of such a source is refused as well, and changes nothing.
	ends 3 "$BULK" plan -o out empty
}
claim "so is a source without one record" sources_of_nothing
