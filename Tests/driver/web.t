#!/bin/sh
# The page and the old interface, on a real web server.
# What looks like an expression is for another shell, or for none; paths in the page have no spaces.
# shellcheck disable=SC2016,SC2013
. "$DRIVER_TESTS/lib.sh"

command -v lighttpd >/dev/null || [ -x /usr/sbin/lighttpd ] || skip "lighttpd is not installed"

# free_port: prints a port of the kernel's choice.
free_port() {
	"$REAL_TOOLS/tf-origin" --port-file probe >/dev/null &
	timeout 60 sh -c 'until [ -s probe ]; do sleep 0.05; done'
	kill $!
	wait $! 2>/dev/null || true
	cat probe
	rm probe
}

# serve ARGUMENT…: `tf-bulk serve` on a free port. SERVER is its process, WEB its address and TOKEN its token; `told`
# holds what it says. It goes with the claim.
serve() {
	port=$(free_port)
	: >told
	setpriv --pdeathsig TERM env --default-signal=INT,QUIT "$BULK" serve --port "$port" "$@" >/dev/null 2>told &
	SERVER=$!
	# Before the claim's folder goes: a server that ends looks at the lock once more.
	trap 'kill "$SERVER" 2>/dev/null && wait "$SERVER" || true' EXIT
	WEB=http://127.0.0.1:$port/truefire-courses
	timeout 60 sh -c 'until grep -q Bearer told; do kill -0 "$1" && sleep 0.05; done' sh "$SERVER" || {
		cat told
		return 1
	}
	TOKEN=$(sed -n 's/.*Bearer \(.*\).$/\1/p' told)
}

# ask WANTED-STATUS PATH OPTION…: the answer's body is in `body`, its head in `head`.
ask() {
	wanted=$1 path=$2
	shift 2
	same "$(curl -sS -o body -D head -w '%{http_code}' --path-as-is "$@" "$WEB$path")" "$wanted"
}

# refused STATUS PATH OPTION…: and the answer is JSON that says so.
refused() {
	ask "$@"
	has head "Content-Type: application/json"
	jq -e '.success == false and (.message | length > 0)' body >/dev/null
}

change() {
	ask "$1" "$2" -d '' -H "Authorization: Bearer $TOKEN"
}

# run_over: waits until no run is in progress.
run_over() {
	timeout 60 sh -c 'until flock -n -s out/.tf-bulk/lock true; do sleep 0.05; done'
}

# slow: fetches a record every tenth of a second.
slow() {
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		trap 'exit 0' USR1
		while read -r line; do
			echo "${line%\}},\"status\":\"success\",\"bytes\":2048,\"attempt\":1,\"finished_at\":1700000000}"
			sleep 0.1 & wait $!
		done
	EOF
}

page() {
	records 3 >source.ndjson
	serve -o out source.ndjson
	for path in '' '?_=1'; do
		ask 200 "$path"
		has head "Content-Type: text/html; charset=utf-8"
		has head "default-src 'none'; script-src 'self'"
		has body '<h1>TrueFire courses</h1>'
	done
	for file in $(sed -n 's/.*\(href\|src\)="truefire-courses\(\/page\/[^"]*\)".*/\2/p' body); do
		ask 200 "$file"
		has head "X-Content-Type-Options: nosniff"
	done
	ask 200 /page/page.js
	for module in $(sed -n 's|.*from "./\(.*\)";|\1|p' body); do ask 200 "/page/$module"; done
	ask 200 /plan
	same "$(jq -c '[.courses, .segments, .left]' body)" '[1,3,3]'
	# Relative, so that it is right below any path of a proxy; and nothing else leads there.
	ask 302 /
	has head "Location: ../truefire-courses"
	refused 404 /nothing
	refused 404 /page/nothing
}
claim "the page and its files are there, with a strict policy, and a plan before anything was done" page

old_client() {
	real_tools
	origin --size 2k
	signed 40 | jq -c '. + {course_id: 7, course_title: "Blues"}' >source.ndjson
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	serve -o out source.ndjson
	timeout 60 sh "$DRIVER_TESTS/old-client" "$WEB" >said
	has said "queued: 40 segments of 1 courses"
	has said "success 40 failed 0 skipped 0"
	has said "courses 1 complete 1"
	whole 2k 40
}
claim "a client of the old interface works as it is: it starts a run, and sees its end" old_client

test_run() {
	{
		records 3
		records 3 | sed -e 's/"course_id":1/"course_id":2/' -e 's|c/|d/|'
	} >source.ndjson
	serve -o out source.ndjson
	ask 200 '/download-all-courses?test=true'
	same "$(jq -c '[.stats.total_courses, .stats.total_segments]' body)" '[1,3]'
	run_over
	lines out/.tf-bulk/results.ndjson 3
}
claim "test=true takes the first course alone" test_run

conflict() {
	slow
	records 600 >source.ndjson
	serve -o out source.ndjson
	change 200 /download-all-courses
	change 409 /download-all-courses
	jq -e '.success == false and .run.queued_courses_count == 1' body >/dev/null
	ask 200 /bulk-queue-status
	jq -e '.total_queued_jobs > 0 and .queue_driver == "journal"' body >/dev/null
	change 200 /stop
	run_over
	change 409 /stop
	ask 200 /bulk-queue-status
	has body "No bulk download operation in progress"
	[ "$(wc -l <out/.tf-bulk/results.ndjson)" -lt 600 ]
}
claim "a second start is refused while one runs; stop ends it, with the rest left to do" conflict

limited() {
	slow
	records 600 >source.ndjson
	serve -o out source.ndjson
	change 409 '/limit?jobs=2'
	has body "nothing runs that could be limited"
	change 200 /download-all-courses
	timeout 60 sh -c 'until [ -e out/.tf-bulk/limits ]; do sleep 0.05; done'
	change 200 '/limit?rate_limit=5M&jobs=2'
	same "$(cat out/.tf-bulk/limits)" "$(printf 'rate-limit = 5M\njobs = 2')"
	refused 403 '/limit?jobs=3' -d ''
	change 400 '/limit?jobs=0'
	change 200 '/limit?reset=true'
	[ ! -s out/.tf-bulk/limits ]
	change 200 '/stop?now=true'
	run_over
}
claim "a run gets other limits from the page, with the token alone" limited

at_once() {
	slow
	records 600 >source.ndjson
	serve -o out source.ndjson
	# `wait` without names would wait for the server too.
	askers=''
	for number in 1 2 3 4; do
		curl -sS -o /dev/null -w '%{http_code}\n' "$WEB/download-all-courses" >"code$number" &
		askers="$askers $!"
	done
	for asker in $askers; do wait "$asker"; done
	same "$(sort code? | tr '\n' ' ')" '200 409 409 409 '
	change 200 /stop
	run_over
}
claim "of four starts at once one begins a run" at_once

retry() {
	records 5 >source.ndjson
	fake tf-fetch <<-'EOF'
		if [ -e mended ]; then exec sed 's/}$/,"status":"success"}/'; fi
		sed -e '/T3/{ s/}$/,"status":"failed","error":"not_found","retryable":false,"attempt":1}/; b
		}' -e 's/}$/,"status":"success"}/'
	EOF
	serve -o out source.ndjson
	change 200 /download-all-courses
	run_over
	ask 200 '/results?state=failed'
	same "$(jq -c '[.path, .error, .retryable]' body)" '["c/3.mp4","not_found",false]'
	touch mended
	change 200 /retry-failed
	run_over
	ask 200 /bulk-download-stats
	same "$(jq -c '[.total_segments_success, .total_segments_failed]' body)" '[5,0]'
}
claim "what failed is listed, and retry-failed tries it again" retry

not_modified() {
	records 3 >source.ndjson
	serve -o out source.ndjson
	change 200 /download-all-courses
	run_over
	for path in /bulk-download-status /bulk-download-stats /bulk-queue-status /progress /courses; do
		ask 200 "$path"
		tag=$(sed -n 's/^ETag: \(.*\).$/\1/p' head)
		rm body
		ask 304 "$path" -H "If-None-Match: $tag"
		[ ! -s body ]
	done
}
claim "what has not changed is not sent again" not_modified

behind_a_proxy() {
	records 3 >source.ndjson
	serve --host films.example.org -o out source.ndjson
	site=https://films.example.org
	# A proxy that puts its own name into Host.
	ask 200 /progress -H 'Sec-Fetch-Site: same-origin' -H "Referer: $site/truefire-courses"
	ask 409 /stop -d '' -H 'Sec-Fetch-Site: same-origin' -H "Origin: $site"
	refused 403 /progress -H "Referer: $site/truefire-courses"
	has body "'Host'"
	ask 200 /progress -H "Referer: $site/truefire-courses" -H 'X-Forwarded-Host: films.example.org'
	refused 403 /stop -d '' -H 'Sec-Fetch-Site: same-origin' -H 'Origin: https://evil.example'
	refused 421 /progress -H 'X-Forwarded-Host: evil.example'
	refused 403 /download-all-courses -A 'Mozilla/5.0'
	refused 403 /download-all-courses -H 'X-Forwarded-Proto: https'
	# One that compresses what it passes on.
	ask 200 /progress
	tag=$(sed -n 's/^ETag: \(.*\).$/\1/p' head)
	ask 304 /progress -H "If-None-Match: W/$tag"
	ask 304 /progress -H "If-None-Match: ${tag%\"}-gzip\""
}
claim "behind a reverse proxy the page works, and other sites are refused" behind_a_proxy

other_sites() {
	records 3 >source.ndjson
	serve -o out source.ndjson
	refused 403 /stop -d ''
	refused 403 /stop -d '' -H 'Authorization: Bearer wrong'
	refused 403 /download-all-courses -H 'Origin: http://evil.example'
	refused 403 /download-all-courses -H 'Sec-Fetch-Site: cross-site'
	refused 403 /download-all-courses -H 'Sec-Fetch-Site: same-site'
	refused 403 /download-all-courses -H 'Referer: http://evil.example/'
	refused 403 /download-all-courses -d '' -H "Authorization: Bearer $TOKEN" -H 'Origin: http://evil.example'
	refused 421 /download-all-courses -H 'Host: evil.example'
	refused 421 /progress -H 'Host: evil.example'
	[ ! -e out/.tf-bulk ]
	ask 200 /download-all-courses -d '' -H "Origin: ${WEB%/truefire-courses}" -H 'Sec-Fetch-Site: same-origin'
	run_over
	lines out/.tf-bulk/results.ndjson 3
}
claim "other sites, and those without the token, change nothing; the page does" other_sites

hostile() {
	records 3 >source.ndjson
	serve -o out source.ndjson
	for query in '$(touch%20pwned)' '`touch%20pwned`' ';touch%20pwned' 'true%00' 'true%0aX' '%' "$(head -c 1100 /dev/zero | tr '\0' a)"; do
		case $query in
		a*) refused 414 "/download-all-courses?test=$query" ;;
		*) refused 400 "/download-all-courses?test=$query" ;;
		esac
	done
	refused 404 /nothing
	refused 404 /../../../../etc/passwd
	refused 404 /page/../../../../etc/passwd
	refused 404 /page/lighttpd.conf
	refused 404 '/$(touch%20pwned)'
	refused 405 /progress -X DELETE
	refused 405 /download-all-courses -X OPTIONS
	refused 400 /download-all-courses -H "Authorization: Bearer $TOKEN" -d test=true
	refused 413 /stop -d "$(head -c 20000 /dev/zero | tr '\0' a)"
	refused 431 /progress -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' a)"
	refused 411 /stop -X POST
	refused 400 '/a%00b'
	[ ! -e out/.tf-bulk ]
	[ -z "$(find . -name pwned)" ]
}
claim "hostile requests get JSON with 4xx, and start nothing" hostile

strange_names() {
	folder="a \"b\" \$(touch pwned) 'c' ;d"
	mkdir "$folder"
	records 3 >"$folder/the source.ndjson"
	serve -o "$folder" "$folder/the source.ndjson" -- grep -v "T2 '\$(touch pwned)'"
	change 200 /download-all-courses
	timeout 60 sh -c 'until flock -n -s "$1/.tf-bulk/lock" true; do sleep 0.05; done' sh "$folder"
	lines "$folder/.tf-bulk/results.ndjson" 3
	ask 200 /progress
	same "$(jq -r .storage body)" "$(pwd -P)/$folder"
	[ -z "$(find . -name 'pwned*')" ]
}
claim "names of folders and files may hold whatever a shell would trip over" strange_names

ends_clean() {
	slow
	records 600 >source.ndjson
	mkdir tmp
	for signal in INT TERM QUIT HUP; do
		XDG_RUNTIME_DIR=$PWD/tmp serve -o out source.ndjson
		[ "$signal" != HUP ] || change 200 /download-all-courses
		lighttpd=$(cat tmp/tf-serve.*/pid)
		kill "-$signal" "$SERVER"
		wait "$SERVER" || true
		same "$(ls tmp)" ''
		! kill -0 "$lighttpd" 2>/dev/null
	done
	has told "a run is in progress, process"
	! flock -n -s out/.tf-bulk/lock true
	"$BULK" stop -o out
}
claim "a signal ends the server and leaves nothing of it; a run that it started goes on" ends_clean

# serves_on: the page answers, and takes the token that it told first.
serves_on() {
	timeout 60 sh -c 'until curl -sf -o body "$1/progress"; do sleep 0.1; done' sh "$WEB"
	ask 200 /progress
	refused 403 /stop -d ''
	kill -0 "$SERVER"
}
long_lives() {
	records 3 >source.ndjson
	mkdir -m 700 run tmp
	export XDG_RUNTIME_DIR="$PWD/run" TMPDIR="$PWD/tmp"
	serve -o out source.ndjson
	ask 200 /progress
	# The logout.
	rm -rf run
	timeout 60 sh -c 'until grep -q "was removed" told; do sleep 0.05; done'
	serves_on
	change 200 /download-all-courses
	run_over
	lines out/.tf-bulk/results.ndjson 3
	# What clears temporary files away takes single ones, too.
	rm tmp/tf-serve.*/retry
	timeout 60 sh -c 'until [ "$(grep -c "was removed" told)" = 2 ]; do sleep 0.05; done'
	serves_on
	# And all of it, when nothing can be made again.
	rm -rf tmp
	ended=0
	timeout 60 tail --pid="$SERVER" -f /dev/null
	wait "$SERVER" || ended=$?
	same "$ended" 3
	has told "cannot make a folder here"
}
claim "it goes on when its runtime folder is removed, or ends with the reason" long_lives

private() {
	records 3 >source.ndjson
	mkdir tmp
	XDG_RUNTIME_DIR=$PWD/tmp SECRET=s3cret serve -o out source.ndjson
	same "$(stat -c %a tmp/tf-serve.*)" 700
	lacks "/proc/$(cat tmp/tf-serve.*/pid)/cmdline" "$TOKEN"
	[ ! -e out/.tf-bulk ] || ! grep -r "$TOKEN" out
}
claim "the token and the environment are where only the user can read" private

cannot_start() {
	records 3 >source.ndjson
	ends 2 "$BULK" serve -o out 2>errors
	has errors "no source"
	ends 2 "$BULK" serve -o out - 2>errors
	has errors "standard input can be read once only"
	ends 2 "$BULK" serve --port 99999 -o out source.ndjson 2>errors
	has errors "--port '99999' is not a port"
	ends 2 "$BULK" serve --bind 'a;b' -o out source.ndjson 2>errors
	has errors "--bind 'a;b' is not an address"
	serve -o out source.ndjson
	ends 3 "$BULK" serve --port "$port" -o out source.ndjson 2>errors
	has errors "in use"
	fake tf-sign <<-'EOF'
		echo "tf-sign: no private key" >&2
		exit 2
	EOF
	ends 2 "$BULK" serve -o out source.ndjson 2>errors
	has errors "no private key"
}
claim "what cannot be served is refused at once, with what to do" cannot_start

hosts() {
	real_tools
	fake tf-sign <<-'EOF'
		case $* in *--version*) exec tf-queue --version ;; esac
		exec cat
	EOF
	origin --size 20000 --rate 4K
	signed 12 >source.ndjson
	echo 1/: >hosts
	serve -o out --hosts hosts -j 2 source.ndjson
	ask 200 /progress
	jq -e 'has("hosts") | not' body >/dev/null
	change 200 /download-all-courses
	looks=300
	until ask 200 /progress && jq -e --arg name "$(uname -n)" '.hosts[0].host == $name and .hosts[0].state == "working"
		and (.hosts[0].shards | length) == 1 and .transfers[0].host == $name' body >/dev/null; do
		sleep 0.1
		looks=$((looks - 1))
		[ "$looks" -gt 0 ]
	done
	ask 200 /bulk-download-status
	jq -e '.hosts[0].shards | length == 1' body >/dev/null
	run_over
	ask 200 /progress
	jq -e '.hosts[0] | .success == 12 and (has("state") | not)' body >/dev/null
}
[ "$(parallel --version 2>/dev/null | sed -n '1s/ parallel.*//p')" = GNU ] || skip "GNU parallel is not installed"
claim "of a fleet it tells what each host and its transfers do" hosts
