#!/bin/sh
# The command line, and what people read.
. "$DRIVER_TESTS/lib.sh"

wrong_use() {
	records 1 >source.ndjson
	ends 2 "$BULK"
	ends 2 "$BULK" fetch
	ends 2 "$BULK" ../run
	ends 2 "$BULK" run -y
	ends 2 "$BULK" run -y --frobnicate source.ndjson
	ends 2 "$BULK" run -y source.ndjson -o
	ends 2 "$BULK" run -y source.ndjson other.ndjson
	ends 2 "$BULK" run -y source.ndjson --
	ends 2 "$BULK" run -y source.ndjson -- no-such-command-here
	ends 2 "$BULK" run -y --tries many source.ndjson
	ends 2 "$BULK" status source.ndjson
	[ ! -e .tf-bulk ]
}
claim "wrong use ends with 2, before anything is done" wrong_use

hints() {
	ends 3 "$BULK" status -o "o u't \$(touch bad)" 2>errors
	has errors "tf-bulk run -o 'o u'\\''t \$(touch bad)' SOURCE"
}
claim "a folder's name in a hint is one word of the shell" hints

no_job() {
	ends 3 "$BULK" status -o out 2>errors
	has errors "no job has run here"
	ends 3 "$BULK" failed -o out
	ends 3 "$BULK" plan -o out
}
claim "a folder without a job is said to be one" no_job

hostile_names() {
	records 3 >"so'urce \$(touch bad).ndjson"
	name=$(printf -- "-o'ut\n\"\$(touch bad)\" *")
	ends 0 "$BULK" run -y "--output=$name" "so'urce \$(touch bad).ndjson" -- sed "s/it's \$(touch bad)//"
	lines "./$name/.tf-bulk/results.ndjson" 3
	[ ! -e bad ]
}
claim "names with quotes, spaces, new lines and a leading dash are names" hostile_names

handed_on() {
	records 1 >source.ndjson
	fake tf-fetch <<-'EOF'
		echo "$*" >>fetched
		exec sed 's/}$/,"status":"success"}/'
	EOF
	fake tf-sign <<-'EOF'
		echo "$*" >>signed
		exec cat
	EOF
	ends 0 "$BULK" run -y -oout -j4 --backoff=1,2 --ttl 3h --s3 --bucket=b source.ndjson --max-time 5m
	has fetched "-o out --catalog out/.tf-bulk/round.ndjson --jobs 4 --backoff 1,2 --max-time 5m"
	has signed "--s3 --bucket b --ttl 3h"
}
claim "options for the tools are handed on" handed_on

folder_that_cannot_be() {
	records 1 >source.ndjson
	echo >out
	ends 3 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "choose another with --output"
}
claim "an output folder that cannot be made ends with 3" folder_that_cannot_be

advice() {
	records 3 >source.ndjson
	"$BULK" run -y -o out source.ndjson
	"$BULK" status -o out >status
	has status "Everything is there."
	records 4 >out/.tf-bulk/catalog.ndjson
	"$BULK" status -o out >status
	has status "goes on from here"
	"$BULK" status -o out --json | jq -e .
}
claim "the status says what to do next" advice

active() {
	records 3 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$1" = --active ] || exit 0
		until
			now=$(date +%s)
			printf '{"process":%d,"time":%d,"bytes_per_second":2048,"running":[{"path":"c/2.mp4","bytes":7}]}\n' \
				$$ "$now" >"$2"
			"$BULK" status -o out >while-running
			"$BULK" status -o out --json | jq -e ".active.time == $now" >&2
		do
			# It may have become too old meanwhile, where the machine stood still.
			[ $(($(date +%s) - now)) -ge 5 ] || exit 3
		done
		printf '{"process":%d,"time":%d}\n' $$ $((now - 6)) >"$2"
		"$BULK" status -o out >later
		exec sed 's/}$/,"status":"success"}/'
	EOF
	export BULK
	ends 0 "$BULK" run -y -o out source.ndjson
	grep -qE '^now +process [0-9]+, 1 transfer, 2.0 KiB/s' while-running
	has while-running "c/2.mp4"
	lacks later "now  "
}
claim "the status shows what runs, from a file that is not older than five seconds" active

logged() {
	records 3 >source.ndjson
	fake tf-sign <<-'EOF'
		grep T && echo "2026-01-01T00:00:00Z tf-sign: told to $TF_LOG" >>"$TF_LOG"
		exit 0
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	has out/.tf-bulk/log "tf-sign: told to out/.tf-bulk/log"
	grep -qE '^[0-9-]{10}T[0-9:]{8}Z tf-bulk: ended with status 0$' out/.tf-bulk/log
}
claim "the log holds what the driver and the stages say, with the time" logged

installed_layout() {
	mkdir -p prefix/bin prefix/libexec
	cp "$BULK" prefix/bin/
	cp -R "$BULK.d" prefix/libexec/tf-bulk
	ln -s "$TF_TOOLS"/tf-* prefix/bin/
	ln -s prefix/bin/tf-bulk linked
	records 3 >source.ndjson
	ends 0 env -u TF_TOOLS ./linked run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 3
}
claim "it works where it is installed, and through a link" installed_layout
