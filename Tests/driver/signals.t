#!/bin/sh
# Signals, the lock, and runs that were killed.
. "$DRIVER_TESTS/lib.sh"

# slow_fetch: fetches one record, tells it by opening `began`, and goes on until it is told to end.
slow_fetch() {
	mkfifo began
	fake tf-fetch <<-'EOF'
		[ "$*" = "${*#*--active}" ] && exit 0
		trap 'echo "{\"path\":\"c/2.mp4\",\"status\":\"failed\",\"error\":\"interrupted\",\"retryable\":true,\"retry_at\":1}"
			trap - TERM; kill -TERM $$' TERM
		read -r line
		echo "${line%\}},\"status\":\"success\"}"
		echo $$ >began
		while :; do
			sleep 0.1
		done
	EOF
}

# start ARGUMENT…: a run in the background that has fetched one record; RUN is its process, FETCH its fetching stage.
start() {
	records 3 >source.ndjson
	slow_fetch
	# An asynchronous command of sh ignores SIGINT, and could not even undo that.
	env --default-signal=INT,TERM,HUP "$BULK" run -y -o out source.ndjson "$@" >table 2>errors </dev/null &
	RUN=$!
	read -r FETCH <began
}

# gone PROCESS: waits until it has ended.
gone() {
	timeout 60 tail --pid="$1" -f /dev/null
}

# ended PROCESS STATUS
ended() {
	set +e
	wait "$1"
	status=$?
	set -e
	same "$status" "$2"
}

stopped_by() {
	start
	kill -"$1" "$RUN"
	ended "$RUN" "$2"
	gone "$FETCH"
	lines out/.tf-bulk/results.ndjson 2
	[ -s out/.tf-bulk/stats.json ] && [ -s table ]
	has errors "stopped by SIG$1"
	lacks errors "started again"
}
stopped_by_int() { stopped_by INT 130; }
stopped_by_term() { stopped_by TERM 143; }
stopped_by_hup() { stopped_by HUP 129; }
claim "SIGINT ends every stage, statistics are final, and the status is the signal's" stopped_by_int
claim "SIGTERM does so too" stopped_by_term
claim "SIGHUP does so too" stopped_by_hup

stopped_asleep() {
	records 1 >source.ndjson
	fake tf-fetch <<-'EOF'
		exec sed "s/}\$/,\"attempt\":1,\"status\":\"failed\",\"retryable\":true,\"retry_at\":$(($(date +%s) + 900))}/"
	EOF
	mkfifo errors
	"$BULK" run -y -o out source.ndjson >table 2>errors </dev/null &
	grep -q 'the next try is due' <errors
	kill -TERM $!
	# Its messages find no reader: that is a signal too.
	ended_by_any=0
	wait $! || ended_by_any=$?
	[ "$ended_by_any" -gt 128 ]
	[ ! -e /proc/$! ]
}
claim "a signal ends the wait for what is not due yet" stopped_asleep

killed_driver() {
	start
	kill -KILL "$RUN"
	gone "$FETCH"
	fake_pass
	ends 0 "$BULK" run -y -o out source.ndjson
	# One success before, the interrupted one, and the other two.
	lines out/.tf-bulk/results.ndjson 4
}
claim "a driver that is killed takes its stages with it, and the same command goes on" killed_driver

locked() {
	start
	ends 3 "$BULK" run -y -o out source.ndjson 2>second
	has second "in use by process $RUN"
	"$BULK" status -o out >status
	has status "process $RUN"
	kill -TERM "$RUN"
	ended "$RUN" 143
}
claim "a second run on the same folder says who holds it, and ends with 3" locked

left_behind() {
	start
	# The stage of a killed driver that takes its time still writes: the lock is its.
	kill -STOP "$FETCH"
	kill -KILL "$RUN"
	fake_pass
	"$BULK" run -y -o out source.ndjson 2>second &
	second=$!
	timeout 60 sh -c 'until grep -q "waiting for what an earlier run left behind" second; do sleep 0.05; done'
	lines out/.tf-bulk/results.ndjson 1
	kill -CONT "$FETCH"
	ended "$second" 0
}
claim "the lock is held as long as a stage of a killed run lives, and then taken" left_behind

# A copy of the shell takes a signal and forgets it before it becomes `setpriv`: so does this one.
stopped_early() {
	real_tools
	fake tf-sign <<-'SIGN'
		exec cat
	SIGN
	origin --size 1k --latency 50ms
	signed 40 >source.ndjson
	fake setpriv <<-EOF
		case "\$*" in
		*' tf-fetch '*)
			trap '' USR1
			kill -USR1 \$PPID
			timeout 60 sh -c 'until grep -q waits heard; do sleep 0.1; done'
			;;
		esac
		exec env --default-signal=USR1 $(command -v setpriv) "\$@"
	EOF
	# The driver has the signal, and waits until it will be heard.
	fake sleep <<-EOF
		[ "\$1" != 0.05 ] || echo waits >>heard
		exec $(command -v sleep) "\$@"
	EOF
	: >heard
	ends 1 "$BULK" run -y -o out -j 2 source.ndjson 2>errors
	has errors "stopped, as asked"
	[ "$(wc -l <out/.tf-bulk/results.ndjson)" -lt 40 ]
	has out/.tf-bulk/log "told to finish (SIGUSR1)"
}
claim "a run that is told to finish as its stages start does not begin the round's other files" stopped_early

stopped_first() {
	records 3 >source.ndjson
	fake_pass
	fake tf-catalog <<-EOF
		case " \$* " in *' --version '*) ;; *) kill -USR1 \$(sed -n 1p out/.tf-bulk/lock) ;; esac
		exec "$REAL_TOOLS/tf-catalog" "\$@"
	EOF
	# The first moment at which 'stop' finds a run: it has the lock.
	fake flock <<-EOF
		$(command -v flock) "\$@" || exit
		[ "\$*" != '-E 75 -w 1 9' ] || kill -USR1 \$PPID
	EOF
	ends 1 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "stopped, as asked"
	[ ! -s out/.tf-bulk/results.ndjson ]
}
claim "a run that is told to finish before its first round begins none" stopped_first

# shellcheck disable=SC2016 # in the shell that gets it
refresh_stopped_first() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 3
	for signal in USR1 TERM; do
		# When it has the lock it counts the files, and hears the signal meanwhile.
		fake tf-queue <<-EOF
			case " \$* " in *' --refresh '*' --due '*) ;; *' --refresh '*)
				! flock -n out/.tf-bulk/lock true || exec "$REAL_TOOLS/tf-queue" "\$@"
				kill -$signal \$(sed -n 1p out/.tf-bulk/lock)
				;;
			esac
			exec "$REAL_TOOLS/tf-queue" "\$@"
		EOF
		rm -f told
		ended=0
		"$BULK" refresh -o out --notify 'echo "$TF_BULK_EVENT $TF_BULK_STATUS" >>told' 2>errors || ended=$?
		case $signal in
		USR1)
			same "$ended" 1
			has errors "3 not asked for"
			has errors "stopped, as asked: give --older-than to go on from here"
			same "$(cat told)" "$(printf 'start 0\nearly 1')"
			;;
		TERM)
			same "$ended" 143
			has errors "stopped by SIGTERM: give --older-than to go on from here"
			same "$(cat told)" 'early 143'
			;;
		esac
		lacks errors "not confirmed"
		lines out/.tf-bulk/results.ndjson 3
	done
}
claim "a refresh that is told to finish, or to end, before its first round asks for nothing and says so" refresh_stopped_first

refresh_stopped_between() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	# One is asked for and has not changed, one cannot be asked for, and then the run is to finish.
	fake tf-fetch <<-'EOF'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		now=$(date +%s)
		read -r line
		echo "${line%\}},\"status\":\"skipped\",\"unchanged\":true,\"finished_at\":$now}"
		read -r line
		echo "${line%\}},\"status\":\"failed\",\"error\":\"not_found\",\"retryable\":false,\"found\":\"x\",\"finished_at\":$now}"
		cat >/dev/null
		kill -USR1 "$(sed -n 1p out/.tf-bulk/lock)"
	EOF
	ends 1 "$BULK" refresh -o out >shown 2>errors
	has errors "0 changed, 1 unchanged"
	has errors "1 not confirmed: their files stay as they are"
	has errors "1 not asked for"
	has errors "stopped, as asked: give --older-than to go on from here"
	has shown not_found
}
claim "a refresh that ends early tells what was not asked for from what was not confirmed" refresh_stopped_between
