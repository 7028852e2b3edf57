#!/bin/sh
# Runs in the background: watched, stopped, and what they leave behind.
. "$DRIVER_TESTS/lib.sh"

# slow_job SIZE RECORDS: files from an origin of the claim's own, of which each takes ten seconds for a megabyte.
slow_job() {
	real_tools
	openssl genrsa -out key.pem 2048 2>/dev/null
	openssl rsa -in key.pem -pubout -out public.pem 2>/dev/null
	origin_opens --size "$1" --rate 100k
	TF_PRIVATE_KEY=key.pem
	TF_KEY_PAIR_ID=K1
	export TF_PRIVATE_KEY TF_KEY_PAIR_ID
	records "$2" >source.ndjson
}

# origin_opens OPTION…: an origin that the key opens.
origin_opens() {
	origin --public-key public.pem --key-pair-id K1 "$@"
	TF_BASE_URL=$URL
	export TF_BASE_URL
}

# background ARGUMENT…: a run in the background; RUN is its process.
background() {
	"$BULK" run -y --detach -j 3 --sync none -o out source.ndjson "$@" 2>errors </dev/null
	RUN=$(sed -n 's/.*runs in the background as process \([0-9]*\).*/\1/p' errors)
	[ -n "$RUN" ]
}

# fetching: waits until a transfer runs.
fetching() {
	timeout 60 sh -c 'until grep -q "\"path\"" out/.tf-bulk/active.json 2>/dev/null; do sleep 0.05; done'
}

# run_lives: whether a process of the run is left, but for those that only wait for their parent to ask.
run_lives() {
	pgrep -s "$RUN" -r D,R,S,T
}

# A process that ends lets go of the lock a moment before it is gone.
nothing_runs() {
	flock -n out/.tf-bulk/lock true
	timeout 60 sh -c "while pgrep -s $RUN -r D,R,S,T; do sleep 0.05; done" >/dev/null
}

detached() {
	slow_job 1k 9
	background
	has errors "segments  9"
	timeout 60 flock out/.tf-bulk/lock true
	whole 1k 9
	has out/.tf-bulk/log "run: in the background, as process $RUN"
	has out/.tf-bulk/log "ended with status 0"
	grep -qE 'tf-tally: success +9' out/.tf-bulk/log
}
claim "a detached run returns at once and goes on to its end, as the log says" detached

own_session() {
	slow_job 2M 9
	background
	same "$(($(ps -o sid= -p "$RUN")))" "$RUN"
	same "$(ps -o tty= -p "$RUN" | tr -d ' ')" '?'
	"$BULK" stop --now -o out
	nothing_runs
}
claim "it has a session of its own and no terminal" own_session

not_begun() {
	records 1 >source.ndjson
	ends 3 "$BULK" run -y --detach -o out missing.ndjson 2>errors
	has errors "missing.ndjson"
	fake tf-sign <<-'EOF'
		echo "tf-sign: no private key" >&2
		exit 2
	EOF
	ends 2 "$BULK" run -y --detach -o out source.ndjson 2>errors
	has errors "no private key"
	lacks errors "runs in the background"
}
claim "a detached run that cannot begin says why, with its status" not_begun

asked() {
	records 3 >source.ndjson
	mkfifo typed
	# shellcheck disable=SC2094 # script writes the terminal's text, and reads what is typed
	(
		exec 3>typed
		timeout 60 sh -c 'until grep -q "Download?" shown; do sleep 0.05; done' 2>/dev/null
		[ ! -e out/.tf-bulk/catalog.ndjson ] && echo "$1" >&3
		timeout 60 sh -c 'until grep -q "status is" shown; do sleep 0.05; done'
	) &
	script -qfec "'$BULK' run --detach -o out source.ndjson; echo status is \$?" shown <typed >/dev/null
	wait $!
	has shown "status is 0"
}
asked_yes() {
	asked y
	has shown "runs in the background"
	# The terminal is gone by now.
	timeout 60 flock out/.tf-bulk/lock true
	lines out/.tf-bulk/results.ndjson 3
}
asked_no() {
	asked n
	lacks shown "runs in the background"
	[ ! -e out ]
}
claim "on a terminal it shows the plan and asks, and goes on when the terminal is closed" asked_yes
claim "without a yes there is no run in the background" asked_no

second() {
	slow_job 2M 9
	background
	ends 3 "$BULK" run -y --detach -o out source.ndjson 2>errors
	has errors "in use by process $RUN"
	"$BULK" stop --now -o out
}
claim "a second one says who holds the folder" second

finished() {
	# Half a minute, if nothing stops it.
	slow_job 300k 30
	background
	fetching
	"$BULK" stop -o out 2>said
	has said "completes what it fetches"
	nothing_runs
	# What ran is complete; nothing was begun after that, and nothing was interrupted.
	same "$(jq -r .status out/.tf-bulk/results.ndjson | sort -u)" success
	begun=$(grep -c GET requests)
	[ "$begun" -lt 30 ]
	lines out/.tf-bulk/results.ndjson "$begun"
	same "$(find out/c -name '*.part')" ''
	has out/.tf-bulk/log "stopped, as asked"
	same "$(json_total success)" "$begun"
	ends 0 "$BULK" stop -o out
}
json_total() {
	jq ".$1" out/.tf-bulk/stats.json
}
claim "stop lets the running files end, and begins no other" finished

stopped_now() {
	slow_job 3M 9
	background
	# All three that may run at one time.
	# shellcheck disable=SC2016 # asked again each time
	timeout 60 sh -c 'until [ "$(grep -c GET requests)" -eq 3 ]; do sleep 0.05; done'
	"$BULK" stop --now -o out
	nothing_runs
	has out/.tf-bulk/log "stopped by SIGTERM"
	same "$(find out/c -name '*.mp4' | wc -l)" 0
	same "$(json_total delayed)" 3
	kill "$ORIGIN"
	origin_opens --size 3M
	ends 0 "$BULK" run -y -o out source.ndjson
	whole 3M 9
}
claim "stop --now ends it at once, with final statistics, and the same command goes on" stopped_now

stopped_asleep() {
	records 1 >source.ndjson
	fake tf-fetch <<-'EOF'
		exec sed "s/}\$/,\"attempt\":1,\"status\":\"failed\",\"retryable\":true,\"retry_at\":$(($(date +%s) + 900))}/"
	EOF
	"$BULK" run -y --detach -o out source.ndjson 2>errors
	timeout 60 sh -c 'until grep -q "the next try is due" out/.tf-bulk/log; do sleep 0.05; done'
	timeout 60 "$BULK" stop -o out
	has out/.tf-bulk/log "ended with status 1"
}
claim "stop ends the wait for what is not due yet" stopped_asleep

current() {
	slow_job 300k 30
	background
	fetching
	# shellcheck disable=SC2016 # asked again each time
	timeout 60 sh -c 'until [ "$(jq .success out/.tf-bulk/stats.json)" -ge 3 ]; do sleep 0.2; done'
	# In the middle of its only round.
	run_lives
	"$BULK" stop --now -o out
	nothing_runs
}
claim "the statistics are current in the middle of a round" current

watched() {
	slow_job 400k 9
	background
	fetching
	timeout 120 "$BULK" watch -o out >seen 2>&1 </dev/null
	# The display may have ended before the run's report is written.
	timeout 60 flock out/.tf-bulk/lock true
	nothing_runs
	has seen 9
	ends 3 "$BULK" watch -o out 2>errors
	has errors "no run is in progress"
}
claim "watch shows a run until its end" watched

logs() {
	records 1 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson -- sh -c 'printf "odd\033[31m row\n" >&2; cat'
	"$BULK" log -o out >log
	grep -qE '^[0-9-]{10}T[0-9:]{8}Z filter: odd\?\[31m row$' log
	echo first >out/.tf-bulk/log.1
	"$BULK" log -o out | head -n 1 | grep -qx first
	"$BULK" log --follow -o out >followed 2>&1 &
	follower=$!
	timeout 60 sh -c 'until grep -q "ended with status" followed; do sleep 0.05; done'
	mv out/.tf-bulk/log out/.tf-bulk/log.1
	echo later >out/.tf-bulk/log
	timeout 60 sh -c 'until grep -q later followed; do sleep 0.05; done'
	kill "$follower"
}
claim "log shows what was said, the filter's words too, and follows it through a change of files" logs

bounded() {
	records 2100 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		yes "$(printf '%0999d' 0)" | head -n 5000 >>"$TF_LOG"
		exec sed 's/}$/,"status":"success"}/'
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	[ "$(wc -c <out/.tf-bulk/log)" -lt 6000000 ]
	[ "$(wc -c <out/.tf-bulk/log.1)" -lt 6000000 ]
	same "$(find out/.tf-bulk -name 'log*' | wc -l)" 2
}
claim "the log is bounded: one older one is kept" bounded

report() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	has out/.tf-bulk/report.html "<!DOCTYPE html>"
	rm out/.tf-bulk/report.html
	same "$("$BULK" report -o out)" out/.tf-bulk/report.html
	has out/.tf-bulk/report.html "<!DOCTYPE html>"
}
claim "the report is written at the end of a run, and again when asked for" report

report_names() {
	records 3 >source.ndjson
	# Of the template only the address may be shown.
	ends 0 "$BULK" run -y -o out -j 3 --url-template 'https://me:s3cret@h.example/{key}?token=t0psecret&a=b' source.ndjson
	for words in '<dt>Source</dt><dd>source.ndjson' "<dt>Folder</dt><dd>$PWD/out" '<dt>jobs</dt><dd>3' 'https://h.example/{key}?…'; do
		has out/.tf-bulk/report.html "$words"
	done
	lacks out/.tf-bulk/report.html s3cret
	lacks out/.tf-bulk/report.html t0psecret
}
claim "the report names source, folder and settings, and no secret" report_names

warned_once() {
	slow_job 1k 9
	chmod 644 key.pem
	fake tf-fetch <<-'EOF'
		sed -e '/"attempt":1/{ s/"attempt":1/"attempt":2/; s/}$/,"status":"success"}/; b
		}' -e 's/}$/,"attempt":1,"status":"failed","error":"server_error","retryable":true,"retry_at":1}/'
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	lines out/.tf-bulk/results.ndjson 18
	same "$(grep -c 'others can read it' errors)" 1
	same "$(grep -c 'others can read it' out/.tf-bulk/log)" 1
}
claim "a warning about the key is reported once in a run" warned_once
