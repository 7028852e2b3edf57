#!/bin/sh
# Rounds, and what the stages' fates mean for the job.
. "$DRIVER_TESTS/lib.sh"

# timed: rounds in which a record takes as many milliseconds as `pace` says, by a clock that stands still else.
timed() {
	fake date <<-'EOF'
		PATH=/usr/bin:/bin
		[ "$*" = +%s%3N ] || exec date "$@"
		cat clock
	EOF
	echo 1700000000000 >clock
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		sed 's/}$/,"status":"success"}/' >round
		wc -l <round >>rounds
		echo $(($(cat clock) + $(wc -l <round) * $(cat pace))) >clock.new
		mv clock.new clock
		exec cat round
	EOF
}

thousands() {
	records 3100 >source.ndjson
	timed
	echo 100 >pace
	ends 0 "$BULK" run -y -o out source.ndjson
	same "$(tr -s ' \n' ' ' <rounds)" "1000 1000 1000 100 "
}
claim "a round takes a thousand records where these take their time" thousands

grows() {
	records 30000 >source.ndjson
	timed
	echo 1 >pace
	ends 0 "$BULK" run -y -o out source.ndjson
	same "$(tr -s ' \n' ' ' <rounds)" "1000 4000 5000 5000 5000 5000 5000 "
}
claim "it grows until it lasts long enough to be worth its start, four times at most from one to the next" grows

plain_date() {
	records 3100 >source.ndjson
	timed
	echo 100 >pace
	fake date <<-'EOF'
		PATH=/usr/bin:/bin
		case $* in
		+%s%3N) echo 1700000000%3N ;;
		*) exec date "$@" ;;
		esac
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	same "$(awk '{ sum += $1 } END { print sum }' rounds)" 3100
}
claim "a date that knows whole seconds only will do" plain_date

tried_again() {
	records 5 >source.ndjson
	fake tf-fetch <<-'EOF'
		sed -e '/"attempt":1/{ s/"attempt":1/"attempt":2/; s/}$/,"status":"success"}/; b
		}' -e 's/}$/,"attempt":1,"status":"failed","error":"server_error","retryable":true,"retry_at":1}/'
		[ "$*" = "${*#*--active}" ] || exit 1
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 10
}
claim "what failed and can be helped is tried again, and status 1 of a stage does not count" tried_again

waits_for_due() {
	records 1 >source.ndjson
	fake tf-fetch <<-'EOF'
		now=$(date +%s)
		sed -e '/"attempt":1/{ s/"attempt":1/"attempt":2/; s/}$/,"status":"success"}/; b
		}' -e "s/}\$/,\"attempt\":1,\"status\":\"failed\",\"retryable\":true,\"retry_at\":$((now + 4))}/"
		echo "$now" >>times
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "the next try is due in"
	# The last two are the rounds, what was before only asked or looked at the settings.
	tail -n 2 times >rounds
	[ $(($(sed -n 2p rounds) - $(sed -n 1p rounds))) -ge 4 ]
}
claim "a record that is not due yet is waited for" waits_for_due

ends_in_time() {
	records 1100 >source.ndjson
	# The first round ends when the time is up: a clock that jumps then.
	until=4000000000
	fake date <<-EOF
		[ ! -e late ] || [ "\$*" != +%s ] || exec echo $((until + 1))
		PATH=/usr/bin:/bin
		exec date "\$@"
	EOF
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		echo "$*" >>rounds
		sed 's/}$/,"status":"success"}/'
		touch late
	EOF
	ends 1 "$BULK" run -y -o out --until "$until" source.ndjson 2>errors
	lines rounds 1
	has rounds "--until $until"
	has errors "the time of --until has come"
	ends 2 "$BULK" run -y -o out --until sometime source.ndjson 2>errors
	has errors "--until 'sometime' is not a time"
}
claim "--until ends the run when its time has come, whatever is left" ends_in_time

failed_for_good() {
	records 5 >source.ndjson
	fake tf-fetch <<-'EOF'
		sed -e '/T3/{ s/}$/,"status":"failed","error":"not_found","retryable":false,"attempt":1}/; b
		}' -e 's/}$/,"status":"success"}/'
	EOF
	ends 1 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "some are missing"
	"$BULK" failed -o out --json >failed
	lines failed 1
	has failed '"path":"c/3.mp4"'
}
claim "what failed for good ends the run with 1, and is listed" failed_for_good

wrong_settings() {
	records 5 >source.ndjson
	fake tf-sign <<-'EOF'
		echo "tf-sign: no private key" >&2
		exit 2
	EOF
	ends 2 "$BULK" run -y -o out source.ndjson
	[ ! -e out/.tf-bulk ]
}
claim "wrong settings are found before anything is done" wrong_settings

refusal() {
	records 5 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$*" = "${*#*--active}" ] && exit 0
		sed -e 's/}$/,"status":"success"}/' -e 2q
		exit 3
	EOF
	ends 3 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "tf-fetch: ended with status 3"
	lines out/.tf-bulk/results.ndjson 2
	fake_pass
	ends 0 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 5
}
claim "a stage that refuses to go on ends the job with 3, and the next run goes on from there" refusal

killed_once() {
	records 5 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$*" = "${*#*--active}" ] && exit 0
		[ -e killed ] && exec sed 's/}$/,"status":"success"}/'
		touch killed
		sed -e 's/}$/,"status":"success"}/' -e 2q
		kill -KILL $$
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "tf-fetch: ended by SIGKILL: started again, 1 of 3"
	lines out/.tf-bulk/results.ndjson 5
}
claim "a stage that was killed is started again, for what was left" killed_once

killed_always() {
	records 5 >source.ndjson
	fake tf-sign <<-'EOF'
		read -r line || exit 0
		kill -SEGV $$
	EOF
	ends 3 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "tf-sign: ended by SIGSEGV: started again, 3 of 3"
	has errors "tf-sign: ended by SIGSEGV, again after three new starts"
}
claim "a stage that is killed four times in a row ends the job with 3" killed_always

no_result() {
	records 5 >source.ndjson
	fake tf-fetch <<-'EOF'
		cat >/dev/null
	EOF
	ends 3 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "tf-fetch: wrote no result"
}
claim "rounds that get nowhere come to an end" no_result

torn_journal() {
	records 3 >source.ndjson
	mkdir -p out/.tf-bulk
	printf '{"path":"c/1.mp4","status":"success"}\n{"path":"c/2.mp4","stat' >out/.tf-bulk/results.ndjson
	fake tf-fetch <<-'EOF'
		[ "$*" = "${*#*--active}" ] && exit 0
		echo
		exec sed 's/}$/,"status":"success"}/'
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 4
}
claim "a journal with a torn line is gone on with" torn_journal

untried() {
	records 3 >source.ndjson
	# As where a host is down: each record comes back at once, untried, and can be tried at once.
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		date +%s >>rounds
		[ "$(wc -l <rounds)" -lt 4 ] || exec sed 's/}$/,"status":"success"}/'
		exec sed 's/}$/,"status":"failed","error":"connect","retryable":true,"retry_at":1,"finished_at":2}/'
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	lines rounds 4
	same "$(grep -c 'no record of this round could be tried' errors)" 1
	[ $(($(sed -n 4p rounds) - $(sed -n 1p rounds))) -ge 3 ]
	[ ! -e out/.tf-bulk/round.last ]
}
claim "rounds in which nothing can be tried come at longer and longer intervals, which is said once" untried

evidence() {
	records 3 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$1" != --help ] || exec echo '  --evidence <file>       Read and write what was learnt.'
		[ "$*" != "${*#*--active}" ] || exit 0
		file=$(echo "$*" | sed 's/.*--evidence \([^ ]*\).*/\1/')
		cat "$file" >>seen 2>/dev/null
		echo learnt >"$file"
		sed -e 's/}$/,"status":"success"}/' -e 1q
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	lines seen 2
	ends 0 "$BULK" reset -y -o out
	[ ! -e out/.tf-bulk/evidence.json ]
}
claim "what a round has learnt is handed to the next, until a reset" evidence
