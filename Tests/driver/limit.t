#!/bin/sh
# Limits that change while a run goes on: `tf-bulk limit`, and --rate-limit by the hour.
. "$DRIVER_TESTS/lib.sh"

# running SIZE N OPTION…: a run in the background that fetches N files of SIZE from an origin without a limit of its own;
# RUN is its process.
running() {
	real_tools
	fake tf-sign <<-'SIGN'
		exec cat
	SIGN
	origin --size "$1"
	signed "$2" >source.ndjson
	shift 2
	"$BULK" run -y --detach --sync none -o out source.ndjson "$@" 2>errors </dev/null
	RUN=$(sed -n 's/.*runs in the background as process \([0-9]*\).*/\1/p' errors)
	[ -n "$RUN" ]
	comes out/.tf-bulk/active.json '"path"'
}

# comes FILE TEXT: waits until it is in the file.
# shellcheck disable=SC2016 # for another shell
comes() {
	timeout 30 sh -c 'until grep -qF -- "$2" "$1" 2>/dev/null; do sleep 0.05; done' sh "$1" "$2"
}

ended() {
	timeout 60 flock out/.tf-bulk/lock true
}

# limit STATUS WORD…: what it prints is in `limits`, what it says in `said`.
limit() {
	wanted=$1
	shift
	ends "$wanted" "$BULK" limit -o out "$@" >limits 2>said
}

in_force() {
	running 2M 40 -j 2 --rate-limit 64k
	limit 0 --rate 200M -j 8
	same "$(cat limits)" "$(printf 'rate-limit = 200M\njobs = 8')"
	has said "in force within a second, until the run ends, or 'tf-bulk limit --reset -o out'"
	# By the first limit it would take a quarter of an hour.
	ended
	whole 2M 40
	has out/.tf-bulk/log "tf-fetch: from now on 200M bytes a second at most"
	has out/.tf-bulk/log "tf-fetch: from now on 8 transfers at one time at most"
	[ ! -e out/.tf-bulk/limits ]
}
claim "a run that goes on gets other limits, and they end with it" in_force

shown() {
	running 2M 9 -j 3 --rate-limit 32k
	limit 0
	has said "the limits are those of the run's own settings"
	limit 0 -j2 --requests-per-second 5
	limit 0 --rate-limit '08:00 40k, 18:00 41k'
	same "$(cat limits)" "$(printf 'rate-limit = 08:00 40k, 18:00 41k\njobs = 2\nrequests-per-second = 5')"
	comes out/.tf-bulk/active.json '"jobs":2'
	# shellcheck disable=SC2016 # for another shell
	timeout 30 sh -c 'until grep -qE "$1" out/.tf-bulk/active.json; do sleep 0.05; done' sh '"rate_limit":(40960|41984)'
	"$BULK" status -o out >status
	grep -qE '^now  .*, limit 4[01]\.0 KiB/s, limit 2 at a time$' status
	has status "limit  rate-limit = 08:00 40k, 18:00 41k, jobs = 2, requests-per-second = 5: 'tf-bulk limit --reset"
	limit 0 --reset
	same "$(cat limits)" ''
	comes out/.tf-bulk/active.json '"rate_limit":32768'
	lacks out/.tf-bulk/active.json '"jobs"'
	"$BULK" stop --now -o out
}
claim "what is not given stays, the limits are shown, and --reset brings back the settings'" shown

auto() {
	running 2M 30 -j 2 --rate-limit 32k
	# The limit holds the transfers back, so no other number is tried.
	limit 0 -j auto
	same "$(cat limits)" 'jobs = auto'
	comes out/.tf-bulk/active.json '"jobs_auto":true'
	"$BULK" status -o out >status
	grep -qE '^now  .*, -j auto: 2$' status
	limit 0 -j 3
	comes out/.tf-bulk/active.json '"jobs":3'
	lacks out/.tf-bulk/active.json jobs_auto
	limit 2 -j often
	"$BULK" stop --now -o out
}
claim "a run that goes on finds out how many transfers bring most, until it is told a number" auto

refused() {
	running 2M 3 -j 3 --rate-limit 32k
	limit 2 --rate fast
	has said "--rate-limit 'fast' is not a rate"
	limit 2 -j 0
	has said "--jobs 0: give a number"
	limit 2 --requests-per-second 0
	limit 2 --requests-per-second 1e-320
	has said "give a number from 0.001"
	limit 2 --rate '08:00 1M, 08:00 2M'
	has said "overlap on Mon"
	limit 2 --speed 5M
	has said "'--speed' is not an option here"
	same "$(cat out/.tf-bulk/limits)" ''
	"$BULK" stop --now -o out
	limit 3 --rate 5M
	has said "'out': no run is in progress: give the limits to the next 'tf-bulk run'"
	[ ! -e out/.tf-bulk/limits ]
}
claim "a limit that is none is refused with status 2, and without a run it says so" refused

fleet() {
	real_tools
	records 1 >source.ndjson
	fake tf-fetch <<-'FETCH'
		[ "$1" = --version ] && exec "$REAL_TOOLS/tf-fetch" --version
		printf '%s\n' "$*" >>words
		exec cat >/dev/null
	FETCH
	export REAL_TOOLS
	sed -n 1p source.ndjson >shard.ndjson
	fake tf-sign <<-'SIGN'
		exec cat
	SIGN
	"$BULK" worker -o out --workers 4 -j 8 --rate-limit '08:00 2M, Sat-Sun off, 18:00 1G' shard.ndjson results.ndjson >/dev/null 2>&1 || true
	has words "--rate-limit 08:00 524288, Sat-Sun off, 18:00 268435456"
}
claim "a worker keeps its part of each hour's rate" fleet

settings() {
	real_tools
	fake tf-sign <<-'SIGN'
		exec cat
	SIGN
	records 1 >source.ndjson
	ends 2 "$BULK" run -y -o out --rate-limit '08:00 2M, 25:00 3M' source.ndjson 2>errors
	has errors "tf-fetch: --rate-limit '25:00' is not a time: give one as in 08:00"
	printf 'rate-limit = 08:00 2M, Sat off, Sat 1M\noutput = out\n' >tf-bulk.conf
	ends 2 "$BULK" run -y source.ndjson 2>errors
	has errors "'Sat off' and 'Sat 1M' overlap on Sat"
	has errors "--rate-limit comes from './tf-bulk.conf', line 1"
	[ ! -e out ]
}
claim "a timetable that overlaps or is none is refused before anything is done, also in the settings file" settings
