#!/bin/sh
# The real tools against the stand-in for CloudFront, killed at any moment.
. "$DRIVER_TESTS/lib.sh"

# real OPTION…: the tools themselves, a key, and an origin that the key opens.
real() {
	real_tools
	openssl genrsa -out key.pem 2048 2>/dev/null
	openssl rsa -in key.pem -pubout -out public.pem 2>/dev/null
	origin --size 20k..200k --public-key public.pem --key-pair-id K1 "$@"
	TF_PRIVATE_KEY=key.pem
	TF_KEY_PAIR_ID=K1
	TF_BASE_URL=$URL
	export TF_PRIVATE_KEY TF_KEY_PAIR_ID TF_BASE_URL
}

# a_stage: one process of the run, chosen by a number: the driver or one of its children.
a_stage() {
	{
		echo "$RUN"
		ps -o pid= --ppid "$RUN"
	} | awk -v n="$1" '{ pid[NR] = $1 } END { if (NR) print pid[n % NR + 1] }'
}

killed_anywhere() {
	records 150 >source.ndjson
	real --rate 200k --fault '*7:503*1' --fault '*3:cut*1'
	for moment in 0.3 0.5 0.7 0.9 1.1 0.4 0.6 0.8 1.0 1.2; do
		"$BULK" run -y -o out --backoff 1 source.ndjson </dev/null 2>>errors >/dev/null &
		RUN=$!
		sleep "$moment"
		kill -KILL "$(a_stage "${moment#*.}")" || true
		sleep 0.2
		kill -KILL "$RUN" 2>/dev/null || true
		wait "$RUN" || true
	done
	# The run that nobody kills needs an origin that lived through the others.
	kill -0 "$ORIGIN" || tail -n 5 requests
	ends 0 "$BULK" run -y -o out --backoff 1 source.ndjson
	kill "$ORIGIN"
	whole 20k..200k 150
	tf="$TF_TOOLS/tf-queue"
	same "$("$tf" --state success --state skipped out/.tf-bulk/catalog.ndjson out/.tf-bulk/results.ndjson | wc -l)" 150
	# A finished file is never asked for again: no path has two results that took it whole.
	same "$(grep '"status":"success"' out/.tf-bulk/results.ndjson | grep -o '"path":"[^"]*"' | sort | uniq -d)" ""
}
claim "ten runs that were killed at any moment, and one that was not: each file is whole, and counted once" killed_anywhere

secrets() {
	records 20 >source.ndjson
	real --fault '/k3:403' --fault '/k4:404'
	ends 1 "$BULK" run -y -o out --backoff 1 --tries 2 source.ndjson >table 2>errors
	kill "$ORIGIN"
	! grep -rE 'Signature=|Policy=|PRIVATE KEY' out/.tf-bulk table errors
}
claim "no signature and no key is in the state, the log or a message" secrets

ignored_signal() {
	trap '' HUP
	real
	trap - HUP
	kill -HUP "$ORIGIN"
	curl -sS -o answer "$TF_BASE_URL/k1"
	has answer MissingKey
	kill "$ORIGIN"
}
claim "a signal that is ignored from the start stays ignored, as nohup wants it" ignored_signal
