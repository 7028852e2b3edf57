#!/bin/sh
# Processes: who holds the lock, what is left behind, what is suspended, and what stays in TMPDIR.
. "$DRIVER_TESTS/lib.sh"

# job: one that is done, of three records.
job() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
}

# waiting: a run whose tf-fetch waits until it is told to end; RUN is its process, FETCH its fetching stage.
waiting() {
	records 3 >source.ndjson
	mkfifo began
	fake tf-fetch <<-'EOF'
		[ "$*" = "${*#*--active}" ] && exit 0
		trap 'exit 0' TERM USR1
		echo $$ >began
		while :; do
			sleep 0.1
		done
	EOF
	setsid "$BULK" run -y -o out source.ndjson >table 2>errors </dev/null &
	RUN=$!
	read -r FETCH <began
}

# gone PROCESS: waits until it has ended.
gone() {
	timeout 60 tail --pid="$1" -f /dev/null
}

# filter_with_a_daemon [REDIRECTION]: it leaves a process behind, in file `daemon`.
filter_with_a_daemon() {
	cat >filter <<-EOF
		#!/bin/sh
		setsid sleep 60 ${1:-} &
		echo \$! >daemon
		exec cat
	EOF
	chmod +x filter
}

daemon_of_the_filter() {
	filter_with_a_daemon '</dev/null >/dev/null 2>&1'
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson -- ./filter
	kill -0 "$(cat daemon)"
	flock -n out/.tf-bulk/lock true
	"$BULK" status -o out >status
	has status "run    none in progress"
	# It holds no end of any pipe or file of the run either.
	for descriptor in /proc/"$(cat daemon)"/fd/*; do
		readlink "$descriptor"
	done >held
	lacks held .tf-bulk
	ends 0 "$BULK" run -y --detach -o out source.ndjson -- ./filter
	timeout 60 flock out/.tf-bulk/lock true
	kill "$(cat daemon)"
}
claim "what a filter leaves behind does not hold the lock" daemon_of_the_filter

daemon_of_the_signer() {
	records 3 >source.ndjson
	# As a credential_process does that starts an agent.
	fake tf-sign <<-'EOF'
		setsid sleep 60 </dev/null >/dev/null 2>&1 &
		echo $! >daemon
		exec cat
	EOF
	ends 0 "$BULK" run -y -o out source.ndjson
	flock -n out/.tf-bulk/lock true
	kill "$(cat daemon)"
}
claim "nor what tf-sign leaves behind" daemon_of_the_signer

another_process() {
	job
	sleep 60 &
	stranger=$!
	setsid sh -c 'exec 9>>out/.tf-bulk/lock; flock 9; exec sleep 60' &
	holder=$!
	timeout 60 sh -c 'while flock -n out/.tf-bulk/lock true; do sleep 0.05; done'
	echo $stranger >out/.tf-bulk/lock
	"$BULK" status -o out >status
	has status "process $holder, which an earlier run left behind"
	lacks status "process $stranger"
	ends 3 "$BULK" watch -o out
	ends 0 "$BULK" stop --now -o out 2>errors
	has errors "the run has ended"
	kill -0 $stranger
	! kill -0 $holder 2>/dev/null
	"$BULK" status -o out >status
	has status "run    none in progress"
	ends 0 "$BULK" stop -o out 2>errors
	has errors "no run is in progress"
}
claim "a process that only has the number of a run that is gone is not said to hold the lock, nor ended" another_process

another_machine() {
	job
	setsid sh -c 'exec 8>>out/.tf-bulk/lock; flock 8; exec sleep 60' &
	holder=$!
	timeout 60 sh -c 'while flock -n out/.tf-bulk/lock true; do sleep 0.05; done'
	printf '4000000\nnas.example\n' >out/.tf-bulk/lock
	"$BULK" status -o out >status
	has status "process 4000000 of the machine 'nas.example'"
	ends 3 "$BULK" stop -o out 2>errors
	has errors "stop it there"
	kill -0 $holder
	kill $holder
}
claim "a run on another machine is said to be there" another_machine

suspended_now() {
	waiting
	env kill -STOP -- "-$RUN"
	"$BULK" status -o out >status
	has status ", suspended"
	ends 0 timeout 60 "$BULK" stop --now -o out 2>said
	has said "the run is suspended, as by Ctrl-Z: it is woken, to end"
	gone "$RUN"
	gone "$FETCH"
}
claim "stop --now ends a run that is suspended" suspended_now

suspended_in_part() {
	waiting
	kill -STOP "$FETCH"
	ends 0 timeout 60 "$BULK" stop -o out 2>said
	has said "completes what it fetches"
	gone "$FETCH"
}
suspended_driver() {
	waiting
	kill -STOP "$RUN"
	ends 0 timeout 60 "$BULK" stop -o out 2>said
	gone "$RUN"
}
suspended_again() {
	waiting
	env kill -STOP -- "-$RUN"
	ends 0 "$BULK" stop --no-wait -o out 2>said
	# One that is suspended again while stop waits, as one that asks on its terminal is.
	kill -STOP "$RUN"
	ends 0 timeout 60 "$BULK" stop --now -o out 2>said
	gone "$RUN"
}
claim "and one of which only a stage is suspended" suspended_in_part
claim "or only the driver" suspended_driver
claim "or that is suspended again" suspended_again

suspended_left_behind() {
	waiting
	kill -STOP "$FETCH"
	kill -KILL "$RUN"
	gone "$RUN"
	ends 0 timeout 60 "$BULK" stop -o out 2>said
	has said "the run has ended"
	gone "$FETCH"
}
claim "stop ends what a killed run left behind, suspended or not" suspended_left_behind

# leaves_nothing COMMAND…: with a TMPDIR of its own, which is empty afterwards.
leaves_nothing() {
	mkdir -p left
	"$@"
	same "$(ls -A left)" ''
}
# into_head ARGUMENT…
into_head() {
	TMPDIR=$PWD/left "$BULK" "$@" </dev/null 2>/dev/null | head -n 1 >/dev/null
}
readers_that_leave() {
	job
	for command in status doctor config plan 'plan source.ndjson' failed 'verify --dry-run' 'clean --queued --dry-run' \
		'prune --older-than 1s --dry-run' 'retry --dry-run' help log analyze; do
		# shellcheck disable=SC2086 # words
		leaves_nothing into_head $command -o out
	done
	# Nobody reads at all, not even what it says.
	for command in status verify retry plan; do
		leaves_nothing unread $command
	done
}
# unread SUBCOMMAND
unread() {
	TMPDIR=$PWD/left "$BULK" "$1" -o out 2>&1 </dev/null | true
}
claim "nothing stays in TMPDIR when a reader leaves" readers_that_leave

# signalled SIGNAL TOOL ARGUMENT…: a subcommand whose tool takes long gets the signal.
signalled() {
	signal=$1 tool=$2
	shift 2
	rm -f slow
	mkfifo slow
	fake "$tool" <<-'EOF'
		trap 'exit 1' TERM
		echo >slow
		while :; do sleep 0.1; done
	EOF
	env --default-signal TMPDIR="$PWD/left" "$BULK" "$@" -o out >shown 2>errors </dev/null &
	command=$!
	read -r began <slow
	kill "-$signal" "$command"
	gone "$command"
	ended=0
	wait "$command" || ended=$?
	same "SIG$(kill -l "$ended")" "SIG$signal"
	ln -sf "$REAL_TOOLS/$tool" "$TF_TOOLS/$tool"
}
signals_clean() {
	job
	for signal in INT TERM HUP QUIT; do
		leaves_nothing signalled "$signal" tf-files verify --dry-run
		leaves_nothing signalled "$signal" tf-queue retry
		leaves_nothing signalled "$signal" tf-queue prune --older-than 1s
		[ "$signal" = QUIT ] || leaves_nothing signalled "$signal" tf-catalog plan source.ndjson
	done
	flock -n out/.tf-bulk/lock true
}
claim "nor when a signal ends a command, which is at once, by that signal" signals_clean
