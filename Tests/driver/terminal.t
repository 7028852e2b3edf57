#!/bin/sh
# What is asked and shown on a terminal.
. "$DRIVER_TESTS/lib.sh"

# encrypted_key: key.pem, which 'open sesame' opens; tf-sign as it is.
encrypted_key() {
	openssl genrsa 2048 | openssl pkcs8 -topk8 -passout pass:'open sesame' -out key.pem
	chmod 600 key.pem
	ln -sf "$REAL_TOOLS/tf-sign" "$TF_TOOLS/tf-sign"
	echo '{"key":"a.mp4"}' >record
	cat >sign <<-EOF
		"$TF_TOOLS/tf-sign" --key-pair-id K --private-key key.pem --base-url https://h <record >signed
		echo "status \$?"
		stty -a
	EOF
}

# type_in TEXT: runs ./sign on a terminal of its own, and types this once it asks.
type_in() {
	mkfifo typed
	# shellcheck disable=SC2094 # script writes the terminal's text, and reads what is typed
	(
		exec 3>typed
		timeout 60 sh -c 'until grep -q Passphrase shown; do sleep 0.05; done' 2>/dev/null
		printf '%s' "$1" >&3
		timeout 60 sh -c 'until grep -q status shown; do sleep 0.05; done'
	) &
	script -qfec 'sh ./sign' shown <typed >/dev/null
	wait $!
}

asked() {
	encrypted_key
	type_in "open sesame
"
	has shown "Passphrase for 'key.pem': "
	has shown "status 0"
	lacks shown sesame
	lines signed 1
	! grep -q -- '-echo ' shown
}
claim "a passphrase is asked for on the terminal, and not shown there" asked

interrupted() {
	encrypted_key
	type_in "open$(printf '\003')"
	has shown "status 130"
	! grep -q -- '-echo ' shown
}
claim "Ctrl-C at the passphrase ends by the signal, and leaves the terminal as it was" interrupted

# a_run: one that goes on until the file `finish` is there; waits until it has the lock.
a_run() {
	records 3 >source.ndjson
	fake tf-fetch <<-'EOF'
		[ "$1" = --active ] || exit 0
		until [ -e finish ]; do
			printf '{"process":%d,"time":%d,"bytes_per_second":2048,"running":[{' $$ "$(date +%s)" >"$2.new"
			printf '"path":"c/2.mp4","bytes":512,"size":2048,"seconds":2}]}\n' >>"$2.new"
			mv "$2.new" "$2"
			touch begun
			sleep 0.1
		done
		exec sed 's/}$/,"status":"success"}/'
	EOF
}

watched() {
	a_run
	"$BULK" run -y -o out source.ndjson >/dev/null 2>&1 </dev/null &
	timeout 60 sh -c 'until [ -e begun ]; do sleep 0.05; done'
	mkfifo typed
	(
		exec 3>typed
		timeout 60 sh -c 'until grep -q "c/2.mp4" shown; do sleep 0.05; done' 2>/dev/null
		printf '\003' >&3
		timeout 60 sh -c 'until grep -q "the run goes on" shown; do sleep 0.05; done'
	) &
	# It ends by the signal.
	script -qfec "exec $BULK watch -o out" shown <typed >/dev/null && ended=0 || ended=$?
	same "$ended" 130
	has shown "512 B of 2.0 KiB"
	has shown "the run goes on, as process"
	has shown "'tf-bulk stop -o out' ends it"
	touch finish
	wait
}
claim "watch shows the transfers, and says after Ctrl-C that the run goes on" watched

hung_up() {
	a_run
	# The terminal goes while the run is on it: script is its other end.
	setsid script -qfec "$BULK run -y -o out source.ndjson" shown </dev/null >/dev/null 2>&1 &
	terminal=$!
	timeout 60 sh -c 'until [ -e begun ]; do sleep 0.05; done'
	kill -KILL "$terminal"
	# Its end is the hang-up.
	wait "$terminal" || true
	touch finish
	timeout 60 sh -c 'until flock -n out/.tf-bulk/lock true; do sleep 0.1; done'
	has out/.tf-bulk/log "stopped by SIGHUP"
	lacks out/.tf-bulk/log "nput/output error"
}
claim "a hang-up leaves no error of the lost terminal in the log" hung_up

suspended() {
	records 3 >source.ndjson
	# The driver's patience is two seconds of such naps, which here are longer.
	fake sleep <<-EOF
		[ "\$1" != 0.05 ] || set -- 1
		exec $(command -v sleep) "\$@"
	EOF
	# Slow to take its display away.
	fake tf-fetch <<-'EOF'
		[ "$1" = --active ] || exit 0
		trap 'sleep 0.2; echo "the display is gone" >&2; trap - TSTP; kill -TSTP $$' TSTP
		touch begun
		for turn in $(seq 600); do
			[ ! -e finish ] || break
			sleep 0.1 &
			wait $!
		done
		exec sed 's/}$/,"status":"success"}/'
	EOF
	mkfifo typed
	(
		exec 3>typed
		printf '%s\n' "$BULK run -y -o out source.ndjson" >&3
		timeout 60 sh -c 'until [ -e begun ]; do sleep 0.05; done'
		printf '\032' >&3
		timeout 60 sh -c 'until grep -q Stopped shown; do sleep 0.05; done'
		touch finish
		printf 'fg\n' >&3
		timeout 60 sh -c 'until grep -q "the files are in" shown; do sleep 0.05; done'
		printf 'exit\n' >&3
	) &
	script -qfec 'bash --norc --noprofile -i' shown <typed >/dev/null
	wait $!
	sed -n '/the display is gone/,$p' shown | grep Stopped
	lines out/.tf-bulk/results.ndjson 3
}
claim "Ctrl-Z takes the display away before the shell has the terminal again, and fg goes on" suspended
