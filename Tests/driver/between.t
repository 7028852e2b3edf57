#!/bin/sh
# Other programs between the tools, as their users put them there.
. "$DRIVER_TESTS/lib.sh"

# suite: the tools themselves, a catalogue of 40 records in two courses, and an origin that asks for signatures.
suite() {
	real_tools
	PATH=$TF_TOOLS:$PATH
	openssl genrsa -out key.pem 2048 2>/dev/null
	openssl rsa -in key.pem -pubout -out public.pem 2>/dev/null
	origin --size 20k --public-key public.pem --key-pair-id K1 --fault '/k7:404'
	TF_PRIVATE_KEY=key.pem
	TF_KEY_PAIR_ID=K1
	TF_BASE_URL=$URL
	export PATH TF_PRIVATE_KEY TF_KEY_PAIR_ID TF_BASE_URL
	records 40 | awk '{ if (NR > 20) gsub(/"course_id":1,"course_title":"Blues"/, "\"course_id\":2,\"course_title\":\"Jazz\""); print }' \
		>source.ndjson
	tf-catalog source.ndjson >catalog.ndjson
	cmp source.ndjson catalog.ndjson
}

# fetch OPTION…
fetch() {
	tf-fetch -o out --sync none --progress none "$@"
}

with_jq() {
	suite
	tf-catalog source.ndjson | jq -c 'select(.course_title | test("Jazz"))' | tf-sign | fetch -j 4 >results
	whole_from 21 40
	jq -es 'length == 20 and all(.course_id == 2 and .status == "success" and .signed_url == null)' results
	# jq tells what is left, and its lines are records again.
	jq -c 'select(.status == "success") | .path' results | sort >fetched
	tf-queue catalog.ndjson results | jq -c .path | sort >left
	same "$(comm -12 fetched left)" ''
	same "$(sort fetched left | wc -l)" 40
}
whole_from() {
	for number in $(seq "$1" "$2"); do
		tf-origin --size 20k --print "/k$number" | cmp - "out/c/$number.mp4"
	done
	same "$(find out -type f | wc -l)" "$(($2 - $1 + 1))"
}
claim "jq chooses between catalogue and signing, and reads the results" with_jq

with_grep() {
	suite
	grep '"title":"T1[0-9]"' catalog.ndjson | tf-sign | grep -v '"title":"T13"' | fetch >results
	same "$(find out -type f | wc -l)" 9
	[ ! -e out/c/13.mp4 ]
	same "$(grep -c '"status":"success"' results)" 9
	# A failure is found, tried again from its result line, and its tries go on from there.
	grep '"title":"T7"' catalog.ndjson | tf-sign | fetch >failed || same "$?" 1
	grep '"error":"not_found"' failed | tf-sign | fetch | jq -r '.attempt' >attempt
	same "$(cat attempt)" 2
}
claim "grep chooses before and after signing, and finds failures to be tried again" with_grep

with_head() {
	suite
	seq 100000 | sed 's|.*|{"path":"c/&.mp4","key":"k&"}|' | tf-sign 2>errors | head -n 3 | fetch >results
	lines results 3
	same "$(cat errors)" ''
	same "$(find out -type f | wc -l)" 3
	# The reader of the results leaves: what was finished stays, and is found by the next run.
	tf-sign <catalog.ndjson | fetch -j 2 2>>errors | head -n 5 >results
	lines results 5
	same "$(cat errors)" ''
	tf-sign <catalog.ndjson | fetch >results || same "$?" 1
	same "$(tf-tally --format json results | jq '.success + .skipped')" 39
}
claim "head ends the pipe early on either side, silently, and nothing is lost" with_head

with_xargs() {
	suite
	jq -r .path catalog.ndjson | head -n 5 | xargs -d '\n' -I @ grep -F '"path":"@"' catalog.ndjson | tf-sign | fetch >results
	lines results 5
	jq -r 'select(.status == "success") | .path' results | (cd out && xargs -d '\n' stat -c %s) >sizes
	same "$(sort -u sizes)" 20480
	# A process for each ten lines, one after the other: each is a run of its own.
	xargs -d '\n' -n 10 -a catalog.ndjson sh -c 'printf "%s\n" "$@" | tf-sign | tf-fetch -o out --sync none --progress none; :' sh \
		>>results
	same "$(tf-tally --format json results | jq -c '[.success, .failed]')" '[39,1]'
}
claim "xargs feeds paths to other commands, and lines to runs of their own" with_xargs

with_parallel() {
	suite
	parallel --will-cite --pipe -N 10 -j 4 'tf-sign | tf-fetch -o out -j 2 --sync none --progress none; :' \
		<catalog.ndjson >results
	lines results 40
	jq -e . results >parsed
	same "$(jq -r .path results | sort | uniq -d)" ''
	same "$(jq -r .status results | sort | uniq -c | xargs)" '1 failed 39 success'
	rm out/c/7.mp4* 2>/dev/null || true
	same "$(find out -type f | wc -l)" 39
}
claim "parallel runs four tf-fetch on one folder, and their lines stay whole" with_parallel
