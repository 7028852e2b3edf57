#!/bin/sh
# The worker: a shard in, a journal out, whatever engine starts it, however often.
. "$DRIVER_TESTS/lib.sh"

# split N: the records of the origin as shards.
split() {
	signed 12 >catalog.ndjson
	rm -rf shards
	tf-queue --split "$1" --into shards catalog.ndjson
}

# worker STATUS ARGUMENT…
worker() {
	wanted=$1
	shift
	ends "$wanted" "$BULK" worker -o out --progress none --retries 0 "$@" 2>errors
}

# begin SIZE OPTION…: tools and an origin; nothing is signed.
begin() {
	real_tools
	fake_sign
	PATH=$TF_TOOLS:$PATH
	size=$1
	shift
	origin --size "$size" "$@"
}

fake_sign() {
	fake tf-sign <<-'EOF'
		exec cat
	EOF
}

fetches() {
	begin 2000
	split 3
	mkdir results
	for shard in 1 2 3; do
		worker 0 --host "h$shard" --run r1 "shards/shard-$shard.ndjson" "results/$shard.ndjson"
	done
	whole 2000 12
	tf-queue --check catalog.ndjson results/*.ndjson >left
	lines left 0
	same "$(cat results/*.ndjson | jq -r .host | sort -u | paste -s -d ' ' -)" "h1 h2 h3"
	same "$(cat results/*.ndjson | jq -r .run | sort -u)" r1
	# Done again, nothing is asked for.
	before=$(wc -l <requests)
	worker 0 shards/shard-1.ndjson results/1.ndjson
	same "$(wc -l <requests)" "$before"
	[ ! -e out/.tf-bulk ]
}
claim "workers fetch the shards of a job between them, and each result says where and in which run" fetches

some_fail() {
	begin 2000 --fault '/k1:404' --fault '/k3:404'
	split 1
	worker 1 shards/shard-1.ndjson results.ndjson
	same "$(grep -c not_found results.ndjson)" 2
	same "$(grep -c '"status":"success"' results.ndjson)" 10
	before=$(wc -l <requests)
	worker 1 shards/shard-1.ndjson results.ndjson
	same "$(wc -l <requests)" "$before"
}
claim "what fails is tried once, and not again by the next worker with the same journal" some_fail

killed() {
	begin 200000
	split 1
	for end in KILL TERM; do
		rm -f requests.seen
		"$BULK" worker -o out --progress none -j 1 --rate-limit 100K shards/shard-1.ndjson "first.$end" 2>errors &
		process=$!
		timeout 60 sh -c "until grep -q success first.$end; do sleep 0.05; done" 2>/dev/null
		kill "-$end" "$process"
		status=0
		wait "$process" || status=$?
		[ "$status" -gt 128 ]
	done
	# Elsewhere, without what was written: the same files, whole, and no try is lost.
	rm -rf out
	worker 0 shards/shard-1.ndjson second
	tf-tally --catalog catalog.ndjson --format json first.KILL second first.TERM >stats.json
	same "$(jq -r .success stats.json)" 12
	whole 200000 12
	same "$(cat first.* second | jq -r 'select(.attempt > 1) | .path')" ''
}
claim "killed at any moment and started again elsewhere it loses nothing, and costs no record a try" killed

signed_lines() {
	real_tools
	fake tf-sign <<-'EOF'
		exit 2
	EOF
	PATH=$TF_TOOLS:$PATH
	origin --size 2000
	split 2
	worker 2 shards/shard-1.ndjson results.ndjson
	worker 0 --signed shards/shard-1.ndjson results.ndjson
	# shellcheck disable=SC2016 # in the shell that gets it
	BULK=$BULK sh -c 'cat shards/shard-2.ndjson | "$BULK" worker --signed -o out --progress none - results.ndjson'
	whole 2000 12
}
claim "signed lines need no key, from a file or as they come" signed_lines

statuses() {
	begin 2000
	split 1
	worker 2 shards/shard-1.ndjson
	has errors "name a shard and a journal"
	worker 2 --jobs none shards/shard-1.ndjson results.ndjson
	lacks errors "parameter not set"
	worker 3 shards/none.ndjson results.ndjson
	has errors "'shards/none.ndjson': cannot be read here"
	echo '<html>' >page
	worker 2 page results.ndjson
	has errors "'page': is not a shard"
	worker 3 shards/shard-1.ndjson none/results.ndjson
	has errors "'none/results.ndjson': cannot be written here"
	: >empty.ndjson
	worker 0 empty.ndjson results.ndjson
	exec 8>>results.ndjson
	flock 8
	worker 3 shards/shard-1.ndjson results.ndjson 8>&-
	has errors "another worker writes it"
	exec 8>&-
	fake tf-fetch <<-'EOF'
		cat >&2
		case $* in *--catalog*) exit 3 ;; esac
	EOF
	worker 3 shards/shard-1.ndjson results.ndjson
}
claim "its status says whether to try again: 2 nowhere, 3 elsewhere" statuses

lives() {
	real_tools
	fake_sign
	echo '{"path":"c/1.mp4","url":"http://127.0.0.1:9/k1"}' >shard
	fake tf-fetch <<-'EOF'
		case $* in *--catalog*) cat; wc -l <errors >fetched ;; esac
	EOF
	fake tf-store <<-'EOF'
		case $* in *--check*) wanted=1 ;; *) cat; wanted=$(($(cat fetched) + 1)) ;; esac
		timeout 60 sh -c 'until [ "$(grep -cx "{}" errors)" -ge $0 ]; do sleep 0.1; done' "$wanted"
	EOF
	mkfifo leash
	exec 7<>leash
	cat shard >&7
	"$BULK" worker --leash "$(wc -c <shard)" --store dav:v -o out - - <&7 7>&- >results 2>errors
	lines results 1
}
claim "a worker with a leash says each second that it lives, while it checks its settings and while the store takes files" lives

parts() {
	begin 2000
	split 1
	fake tf-fetch <<-'EOF'
		case $* in *--catalog*) echo "$*" >words ;; esac
		cat
	EOF
	worker 1 --workers 4 -j 40 --per-host 2 --rate-limit 10M --requests-per-second 2 shards/shard-1.ndjson results.ndjson
	has words "--jobs 10 --per-host 1 --rate-limit 2621440 --requests-per-second 0.500"
	worker 1 --workers 40 shards/shard-1.ndjson results.ndjson
	has words "--jobs 1"
	worker 2 --workers 40 --rate-limit 39 shards/shard-1.ndjson results.ndjson
	has errors "--rate-limit '39' is too little for 40 workers"
	worker 2 --workers 40 --requests-per-second 0.01 shards/shard-1.ndjson results.ndjson
	has errors "--requests-per-second '0.01' is too little for 40 workers"
	worker 2 --workers 4 -j 08 shards/shard-1.ndjson results.ndjson
	has errors "--jobs '08' begins with 0: give the number without it"
	for wrong in 0 none -1 ''; do
		worker 2 --workers "$wrong" shards/shard-1.ndjson results.ndjson
		has errors "'--workers' needs a number from 1"
	done
}
claim "one of several workers keeps its part of the limits" parts

checks() {
	begin 2000
	split 1
	worker 0 --check
	worker 0 --check shards/shard-1.ndjson
	[ ! -s requests ]
	worker 3 --check shards/none.ndjson
	worker 2 --check --jobs none
	ln -sf "$REAL_TOOLS/tf-sign" "$TF_TOOLS/"
	openssl genrsa -out key.pem 2048 2>/dev/null
	chmod 600 key.pem
	records 3 >unsigned.ndjson
	worker 2 --check --key-pair-id K --private-key key.pem unsigned.ndjson
	has errors "tf-sign: none of the 3 records can be signed"
	worker 0 --check --key-pair-id K --private-key key.pem shards/shard-1.ndjson
	# shellcheck disable=SC2016 # in the shell that gets it
	BULK=$BULK ends 2 sh -c '"$BULK" worker --check --key-pair-id K --private-key key.pem -o out - <unsigned.ndjson' 2>errors
}
claim "with --check it fetches nothing, and tells whether it could work and sign" checks

quota() {
	begin 2000
	split 1
	worker 1 -j 1 --max-files 3 shards/shard-1.ndjson results.ndjson
	same "$(grep -c GET requests)" 3
	worker 1 -j 1 --max-bytes 5000 --workers 4 shards/shard-1.ndjson results.ndjson
	same "$(grep -c GET requests)" 6
	worker 2 --max-files none shards/shard-1.ndjson results.ndjson
}
claim "--max-files and --max-bytes are a worker's own" quota

signalled_early() {
	fake tf-bulk <<-'EOF'
		trap 'exit 9' TERM
		kill -TERM "$PPID"
		while :; do sleep 0.05; done
	EOF
	cat >script <<-EOF
		. "$DRIVER_TESTS/../../share/tf-bulk/worker.sh"
		worker_run
		exit "\$STATUS"
	EOF
	PATH=$TF_TOOLS:$PATH ends 9 timeout 60 sh script
}
claim "the script of an engine hands on a signal that comes as its worker starts" signalled_early
