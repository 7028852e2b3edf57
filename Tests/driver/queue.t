#!/bin/sh
# What the queue is told, and what it tells: failed, retry, clean, reset, prune, status, analyze.
. "$DRIVER_TESTS/lib.sh"

# mixed: a job of 6 records in two courses: 1 and 2 are there, 3 failed for good, 4 is delayed, 5 and 6 were never tried.
mixed() {
	mkdir -p out/.tf-bulk out/c
	records 6 | sed 's/"course_id":1\(.*"segment_id":[56]\)/"course_id":2\1/' >out/.tf-bulk/catalog.ndjson
	cat >out/.tf-bulk/results.ndjson <<-'EOF'
		{"course_id":1,"path":"c/1.mp4","status":"success","bytes":2048,"seconds":2,"attempt":1,"finished_at":1700000002}
		{"course_id":1,"path":"c/2.mp4","status":"failed","error":"server_error","retryable":true,"retry_at":1,"attempt":1,"finished_at":1700000003}
		{"course_id":1,"path":"c/2.mp4","status":"success","bytes":2048,"seconds":1,"attempt":2,"finished_at":1700000040}
		{"course_id":1,"path":"c/3.mp4","status":"failed","error":"not_found","message":"gone\u001b[2J away","http_status":404,"retryable":false,"attempt":1,"finished_at":1700000041}
		{"course_id":1,"path":"c/4.mp4","status":"failed","error":"connect","retryable":true,"retry_at":4000000000,"attempt":2,"finished_at":1700000042}
	EOF
}

# state_is STATE N
state_is() {
	same "$("$TF_TOOLS/tf-queue" --state "$1" out/.tf-bulk/catalog.ndjson out/.tf-bulk/results.ndjson | wc -l)" "$2"
}

reasons() {
	mixed
	"$BULK" failed -o out >shown
	has shown "c/3.mp4"
	has shown "    not_found (HTTP 404), failed for good, 2023-11-14 22:14:01 UTC"
	has shown '    gone\x1b[2J away'
	has shown "connect, try 2 of 5, 2023"
	"$BULK" failed -o out --json --error not_found | jq -es 'length == 1 and .[0].http_status == 404'
	"$BULK" failed -o out --course 2 --json >none
	lines none 0
}
claim "failed tells why, with hostile text made visible, and --json gives the results" reasons

retried() {
	mixed
	ends 0 "$BULK" retry -o out --error not_found --dry-run 2>errors
	has errors "1 record to be queued again"
	state_is failed 1
	ends 0 "$BULK" retry -o out --error not_found
	state_is failed 0
	state_is delayed 1
	state_is queued 3
	ends 0 "$BULK" retry -o out
	state_is queued 4
	ends 0 "$BULK" run -o out -y out/.tf-bulk/catalog.ndjson
	state_is success 6
}
claim "retry forgets the tries of what it was given, and the next run fetches that" retried

cleaned() {
	mixed
	ends 2 "$BULK" clean -o out
	ends 2 "$BULK" clean -o out --delayed 2>errors
	has errors "give --yes"
	ends 0 "$BULK" clean -o out --delayed --dry-run 2>errors
	has errors "1 record to be left out"
	state_is dropped 0
	ends 0 "$BULK" clean -o out --delayed --yes
	state_is dropped 1
	state_is queued 2
	ends 0 "$BULK" clean -o out --failed --yes
	state_is dropped 2
	ends 0 "$BULK" clean -o out --queued --yes
	state_is dropped 4
	"$BULK" status -o out >status
	lacks status "Everything is there"
	state_is success 2
	ends 0 "$BULK" retry -o out --dropped
	state_is queued 4
}
claim "clean leaves out what is delayed, failed or queued, and retry --dropped takes it back" cleaned

one_course() {
	mixed
	ends 0 "$BULK" clean -o out --course 2 -y
	state_is dropped 2
	state_is queued 0
	state_is failed 1
	touch out/c/1.mp4 out/c/2.mp4
	ends 0 "$BULK" clean -o out --course 1 -y --files
	state_is dropped 6
	same "$(find out/c -type f | wc -l)" 0
}
claim "clean of one course leaves the others alone, and --files removes its videos" one_course

reset_all() {
	mixed
	echo video >out/c/1.mp4
	ends 0 "$BULK" reset -o out --yes
	state_is queued 6
	lines out/.tf-bulk/results.ndjson 0
	lines out/.tf-bulk/results.ndjson.old 5
	[ -f out/c/1.mp4 ]
	same "$(jq .queued out/.tf-bulk/stats.json)" 6
}
claim "reset forgets all, keeps the last journal aside, and touches no video" reset_all

removal_stays_below() {
	mkdir -p out/.tf-bulk out/c elsewhere
	echo precious >precious
	echo precious >elsewhere/a.mp4
	ln -s ../elsewhere out/link
	ln -s ../../precious out/c/b.mp4
	cat >out/.tf-bulk/catalog.ndjson <<-'EOF'
		{"course_id":1,"path":"../precious"}
		{"course_id":1,"path":"link/a.mp4"}
		{"course_id":1,"path":"c/b.mp4"}
		{"course_id":1,"path":"c/$(touch bad) ; rm -r ..\n.mp4"}
	EOF
	name=$(printf "out/c/\$(touch bad) ; rm -r ..\n.mp4")
	echo video >"$name"
	ends 1 "$BULK" clean -o out --reset --files --yes 2>errors
	[ -f precious ]
	[ -f elsewhere/a.mp4 ]
	[ -L out/c/b.mp4 ]
	[ ! -e "$name" ]
	[ ! -e bad ]
}
claim "removal follows no link, and no path leads it out of the folder" removal_stays_below

parts() {
	mixed
	echo half >out/c/4.mp4.part
	echo busy >out/c/5.mp4.part
	ln -s ../../work out/c/6.mp4.part
	exec 8<out/c/5.mp4.part
	flock 8
	ends 1 "$BULK" clean -o out --parts --yes 2>errors
	has errors "is being fetched and is left alone"
	[ ! -e out/c/4.mp4.part ]
	[ -e out/c/5.mp4.part ]
	[ -L out/c/6.mp4.part ]
}
claim "clean --parts removes what nobody is fetching" parts

torn_line() {
	mixed
	printf '{"path":"c/6.mp4","stat' >>out/.tf-bulk/results.ndjson
	ends 0 "$BULK" clean -o out --delayed --yes
	state_is dropped 1
}
claim "a mark behind a torn line counts" torn_line

held() {
	mixed
	exec 8>>out/.tf-bulk/lock
	flock 8
	echo $$ >out/.tf-bulk/lock
	ends 3 "$BULK" retry -o out 2>errors
	has errors "in use by process"
	ends 0 "$BULK" retry -o out --dry-run
	"$BULK" status -o out >shown
	has shown "run    process $$"
}
claim "nothing is changed while a run holds the lock, and the status says who does" held

pruned() {
	mixed
	printf 'foreign\n{"path":"c/2.mp4","status":"skipped","finished_at":%s}\n' "$(date +%s)" >>out/.tf-bulk/results.ndjson
	"$TF_TOOLS/tf-tally" --format json out/.tf-bulk/results.ndjson >before
	ends 2 "$BULK" prune -o out
	ends 0 "$BULK" prune -o out --older-than 30d --dry-run
	lines out/.tf-bulk/results.ndjson 7
	ends 0 "$BULK" prune -o out --older-than 30d
	lines out/.tf-bulk/results.ndjson 5
	state_is success 2
	state_is failed 1
	state_is delayed 1
	same "$(jq -c '[.success, .failed, .bytes, .total]' before)" \
		"$("$TF_TOOLS/tf-tally" --format json out/.tf-bulk/results.ndjson | jq -c '[.success, .failed, .bytes, .total]')"
}
claim "prune takes out old lines that no longer count, and nothing else" pruned

status() {
	mixed
	"$BULK" status -o out >shown
	has shown "goes on from here"
	has shown "run    none in progress"
	has shown "left to fetch"
	has shown "no difference to the origin's was noticed"
	echo "2026-11-23T10:00:00Z tf-fetch: the clock is 90 s behind the origin's: signatures" >out/.tf-bulk/log
	"$BULK" status -o out >shown
	has shown "clock  the clock is 90 s behind the origin's (2026-11-23T10:00:00Z)"
	"$BULK" clean -o out --queued --yes
	"$BULK" status -o out >shown
	has shown "'tf-bulk failed -o out' says why"
}
claim "the status tells the disk, the clock, the lock and one line of advice" status

analyzed() {
	mixed
	"$BULK" analyze -o out >shown
	has shown "server_error            1  100.0 %"
	has shown "Advice"
	"$BULK" analyze -o out --json | jq -e '.retries | length == 3'
}
claim "analyze tells which retries helped" analyzed

menu() {
	mixed
	mkfifo typed
	(
		exec 3>typed
		timeout 60 sh -c 'until grep -q "Which?" shown; do sleep 0.05; done' 2>/dev/null
		printf '3\n' >&3
		timeout 60 sh -c 'until grep -q "Do it?" shown; do sleep 0.05; done'
		printf 'y\n' >&3
		timeout 60 sh -c 'until grep -q "done" shown; do sleep 0.05; done'
	) &
	# shellcheck disable=SC2094 # script writes the terminal's text, and reads what is typed
	script -qfec "'$BULK' clean -o out" shown <typed >/dev/null
	wait $!
	state_is dropped 1
}
claim "clean on a terminal shows a menu, asks, and does what was chosen" menu

# ends_in FORMAT: a journal that ends in these bytes, as printf writes them. Each subcommand's mark behind them counts.
ends_in() {
	for command in 'retry' 'clean --delayed --yes' 'clean --failed --yes'; do
		rm -rf out
		mixed
		# shellcheck disable=SC2059 # the format is the bytes
		printf "$1" >>out/.tf-bulk/results.ndjson
		"$TF_TOOLS/tf-queue" --summary --plain out/.tf-bulk/catalog.ndjson out/.tf-bulk/results.ndjson >before
		# shellcheck disable=SC2086 # words
		ends 0 "$BULK" $command -o out
		case $command in
		retry) state_is queued 4 ;;
		*) state_is dropped 1 ;;
		esac
		state_is success 2
	done
}
ends_of_journals() {
	ends_in '{"path":"c/6.mp4","stat'
	ends_in '{"path":"c/6.mp4"}'
	ends_in '\000\000\000\000\000'
	ends_in '\000\000\n\000'
	ends_in '{"path":"c/6.mp4","title":"caf\303'
	ends_in '\r'
	ends_in '\n\n'
	ends_in 'tf-fetch: some message'
}
claim "a mark counts whatever bytes are before it at the journal's end" ends_of_journals

zeros_by_the_thousand() {
	mixed
	head -c 5000000 /dev/zero >>out/.tf-bulk/results.ndjson
	ends 0 "$BULK" retry -o out
	state_is queued 4
	"$BULK" status -o out >shown
	has shown "goes on from here"
}
claim "and millions of zeros before it" zeros_by_the_thousand

nothing_to_retry() {
	mixed
	for words in '--course 999' '--dropped --course 999'; do
		# shellcheck disable=SC2086 # words
		"$BULK" retry -o out $words 2>errors
		has errors "nothing is queued again: no such record"
	done
}
claim "a retry that chooses nothing says so" nothing_to_retry

full_disk() {
	mixed
	before=$(wc -c <out/.tf-bulk/results.ndjson)
	mv out/.tf-bulk/results.ndjson kept
	ln -s /dev/full out/.tf-bulk/results.ndjson
	ended=0
	"$BULK" retry -o out 2>errors </dev/null || ended=$?
	[ "$ended" -ne 0 ]
	lacks errors "queued again"
	same "$(wc -c <kept)" "$before"
}
claim "a mark that cannot be written is not said to be there" full_disk

years() {
	mixed
	head -c 5000000 /dev/zero | tr '\000' 'x' >out/.tf-bulk/log
	ends 0 "$BULK" retry -o out
	[ "$(wc -c <out/.tf-bulk/log)" -lt 100000 ]
	[ "$(wc -c <out/.tf-bulk/log.1)" -eq 5000000 ]
	# A large journal costs no round more than reading it, and the status names the remedy.
	line='{"path":"gone/1.mp4","status":"success","bytes":1,"finished_at":1700000000,"title":"'
	line=$line$(head -c 500000 /dev/zero | tr '\000' 'x')'"}'
	for number in $(seq 540); do
		printf '%s\n' "$line"
	done >>out/.tf-bulk/results.ndjson
	"$BULK" status -o out >shown
	has shown "the journal has 25"
	has shown "tf-bulk prune --older-than 30d -o out"
	ends 0 "$BULK" prune -o out --older-than 30d
	[ "$(wc -c <out/.tf-bulk/results.ndjson)" -lt 1000000 ]
	state_is success 2
}
claim "logs and journals of years are kept short, or reported" years
