#!/bin/sh
# Mistakes that must not cost the library: a forgotten setting, a wrong source, a run that nobody has agreed to.
. "$DRIVER_TESTS/lib.sh"

# cannot_sign: tf-sign signs nothing while the file `wrong` is there.
cannot_sign() {
	fake tf-sign <<-'EOF2'
		[ -e wrong ] || exec cat
		now=$(date +%s)
		sed "s/}\$/,\"status\":\"failed\",\"stage\":\"sign\",\"error\":\"unsigned\",\"message\":\"no\",\"retryable\":true,\"retry_at\":$((now + 300)),\"finished_at\":$now}/"
	EOF2
	fake tf-fetch <<-'EOF2'
		sed '/"status":"failed"/! s/}$/,"status":"success"}/'
	EOF2
}

unsigned() {
	records 3 >source.ndjson
	cannot_sign
	touch wrong
	ends 1 "$BULK" run -y -o out source.ndjson 2>errors
	lines out/.tf-bulk/results.ndjson 3
	has errors "3 could not be signed: 'tf-bulk failed --error unsigned -o out' says why"
	"$BULK" status -o out >status
	has status "What is left could not be signed"
	rm wrong
	ends 0 "$BULK" run -y -o out source.ndjson
	lines out/.tf-bulk/results.ndjson 6
}
claim "what cannot be signed ends the run with 1, and the next run tries it at once" unsigned

# key: one that tf-sign takes.
key() {
	openssl genrsa -out key.pem 2048 2>/dev/null
	chmod 600 key.pem
	export TF_KEY_PAIR_ID=KTRY TF_PRIVATE_KEY=key.pem
}

no_base_url() {
	key
	ln -sf "$REAL_TOOLS/tf-sign" "$TF_TOOLS/tf-sign"
	records 3 >source.ndjson
	ends 2 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "tf-sign: none of the 3 records can be signed: line 1: the record has no 'url'"
	[ ! -e out/.tf-bulk/catalog.ndjson ]
	[ ! -s out/.tf-bulk/results.ndjson ]
	# One that can be signed is enough: the others fail one by one.
	{
		records 2
		echo '{"path":"c/9.mp4","url":"http://127.0.0.1/k9"}'
	} >source.ndjson
	fake tf-fetch <<-'EOF2'
		sed '/"status":"failed"/! s/}$/,"status":"success"}/'
	EOF2
	ends 1 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "2 could not be signed"
}
claim "settings that no record can be signed with are wrong: status 2, and nothing is done" no_base_url

shrunk() {
	records 40 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson -- head -n 38
	ends 3 "$BULK" run -y -o out source.ndjson -- head -n 30 2>errors
	has errors "the catalogue has 30 records, and the last one has 38, which is kept: give --allow-shrink"
	ends 3 "$BULK" run -y -o out source.ndjson -- grep nothing
	lines out/.tf-bulk/catalog.ndjson 38
	ends 0 "$BULK" run -y --allow-shrink -o out source.ndjson -- head -n 30
	lines out/.tf-bulk/catalog.ndjson 30
	ends 0 "$BULK" run -y --limit 2 -o out source.ndjson
	lines out/.tf-bulk/catalog.ndjson 2
}
claim "a catalogue that has shrunk is refused, unless it was narrowed by an option or --allow-shrink is given" shrunk

# on_terminal ANSWERS COMMAND: runs a command of the shell on a terminal, and types an answer for each question.
on_terminal() {
	mkfifo typed
	# shellcheck disable=SC2094 # script writes the terminal's text, and reads what is typed
	(
		exec 3>typed
		asked=0
		for answer in $1; do
			asked=$((asked + 1))
			# shellcheck disable=SC2016 # for the inner shell
			ASKED=$asked timeout 60 sh -c 'until [ "$(grep -oF "[y/N]" shown | wc -l)" -ge "$ASKED" ]; do sleep 0.05; done' 2>/dev/null
			printf '%s\n' "$answer" >&3
		done
		timeout 60 sh -c 'until grep -q status= shown; do sleep 0.05; done'
	) &
	script -qfec "$2; echo status=\$?" shown <typed >/dev/null
	wait $!
	rm typed
}

asked_about() {
	records 40 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	on_terminal n "$BULK run -o out source.ndjson -- head -n 10"
	has shown "the catalogue has 10 records, and the last one has 40"
	has shown "status=0"
	lines out/.tf-bulk/catalog.ndjson 40
	on_terminal y "$BULK run -y -o out source.ndjson -- head -n 10"
	lines out/.tf-bulk/catalog.ndjson 10
}
claim "on a terminal a catalogue that has shrunk is asked about, with --yes too" asked_about

unasked() {
	records 3 >source.ndjson
	ends 2 "$BULK" run -o out source.ndjson 2>errors
	has errors "give --yes, or look with 'tf-bulk plan'"
	ends 2 "$BULK" run --detach -o out source.ndjson
	[ ! -e out ]
	ends 0 env TF_YES=yes "$BULK" run -o out source.ndjson
}
claim "without a terminal to ask on, a run needs --yes" unasked

empty_source() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	printf 'Dear all,\nthe library is attached\n' >letter.txt
	ends 3 "$BULK" run -y -o out letter.txt 2>errors
	has errors "the last catalogue is kept"
	lines out/.tf-bulk/catalog.ndjson 3
	for command in serve plan; do
		ends 3 "$BULK" "$command" -o out letter.txt 2>errors
		has errors "tf-catalog: ended with status 3, the last catalogue is kept"
	done
}
claim "a source without a record is refused, by serve and plan too" empty_source

nothing_left() {
	echo 'Dear all' >letter.txt
	ends 3 "$BULK" run -y -o deep/out letter.txt 2>errors
	lacks errors "the last catalogue is kept"
	[ ! -e deep ]
	key
	ln -sf "$REAL_TOOLS/tf-sign" "$TF_TOOLS/tf-sign"
	records 3 >source.ndjson
	ends 2 "$BULK" run -y -o deep/out source.ndjson
	ends 2 "$BULK" serve -o deep/out source.ndjson
	[ ! -e deep ]
	# What others have put there stays.
	mkdir out
	echo mine >out/mine
	ends 3 "$BULK" run -y -o out letter.txt
	same "$(find out | sort | xargs)" "out out/mine"
}
claim "a first run that is refused leaves nothing, and speaks of no last catalogue" nothing_left

stopped_early() {
	records 3 >source.ndjson
	for number in 1 2 15; do
		fake tf-fetch <<-EOF2
			kill -$number \$PPID
		EOF2
		ends $((128 + number)) "$BULK" run -y -o deep/out source.ndjson
		ends $((128 + number)) "$BULK" serve -o deep/out source.ndjson
		[ ! -e deep ]
	done
}
claim "a signal while the settings are checked ends the run, and leaves nothing" stopped_early

asked_again() {
	records 3 >source.ndjson
	on_terminal "maybe n" "$BULK run -o out source.ndjson"
	has shown "Answer y for yes, or n for no."
	has shown "nothing was downloaded"
	[ ! -e out ]
	on_terminal "maybe YES" "$BULK run -o out source.ndjson"
	lines out/.tf-bulk/results.ndjson 3
}
claim "an answer that is neither yes nor no is asked for again" asked_again

other_base() {
	records 3 >source.ndjson
	ends 0 "$BULK" run -y -o out --base-url https://wrong.example source.ndjson
	echo '{}' >out/.tf-bulk/evidence.json
	ends 0 "$BULK" run -y -o out --base-url https://wrong.example source.ndjson
	[ -e out/.tf-bulk/evidence.json ]
	ends 0 "$BULK" run -y -o out --base-url https://right.example source.ndjson
	[ ! -e out/.tf-bulk/evidence.json ]
}
claim "what was learnt of a host goes with its base URL" other_base

no_files() {
	records 1 >source.ndjson
	fake tf-fetch <<-'EOF2'
		exec sed 's/}$/,"status":"failed","error":"not_found","retryable":false,"attempt":1}/'
	EOF2
	ends 1 "$BULK" run -y -o out source.ndjson 2>errors
	lacks errors "the files are in"
	fake_pass
	"$BULK" retry -o out
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "the files are in '$PWD/out'"
}
claim "where the files are is said when there are any, by the absolute path" no_files
