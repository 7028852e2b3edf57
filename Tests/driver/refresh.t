#!/bin/sh
# Files whose objects change at the origin, which is an nginx: it knows ETags and times.
. "$DRIVER_TESTS/lib.sh"
NGINX=$DRIVER_TESTS/../../scripts/bench.d/nginx

# library N: an nginx with N videos, and a job that has fetched them all.
library() {
	real_tools
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	trap 'sh "$NGINX" stop "$PWD"' EXIT
	mkdir -p www/c
	seq "$1" | while read -r number; do
		tf-origin --size 20k --print "/c/$number.mp4" >"www/c/$number.mp4"
		touch -d "@$((1700000000 + number))" "www/c/$number.mp4"
	done
	PATH=$REAL_TOOLS:$PATH
	if [ -f tls.pem ]; then
		sh "$NGINX" start "$PWD"
		URL=https://127.0.0.1:$(($(cat port) + 1000))
	else
		sh "$NGINX" start "$PWD"
		URL=http://127.0.0.1:$(cat port)
	fi
	seq "$1" | sed "s|.*|{\"path\":\"c/&.mp4\",\"url\":\"$URL/c/&.mp4\"}|" >source.ndjson
	# shellcheck disable=SC2086 # words
	ends 0 "$BULK" run -o out -y source.ndjson --file-hash sha256 ${TLS_OPTIONS:-}
	diff -r www/c out/c
	FETCHED=$(wc -c <out/.tf-bulk/results.ndjson)
}

# refreshed: the results since the job was fetched.
refreshed() {
	tail -c "+$((FETCHED + 1))" out/.tf-bulk/results.ndjson
}

# change NUMBER: the origin has another video there, of the same length.
change() {
	tf-origin --size 20k --print "/other/$1" >"www/c/$1.mp4"
}

PATH=$REAL_TOOLS:$PATH

unchanged() {
	library 5
	find out/c -type f -printf '%p %i %T@\n' | sort >before
	# shellcheck disable=SC2016 # in the shell that gets it
	ends 0 "$BULK" refresh -o out --notify 'echo "$TF_BULK_EVENT $TF_BULK_TEXT" >>told' 2>errors
	has errors "0 changed, 5 unchanged"
	same "$(cat told)" "$(printf 'start 5 to be asked for\nsuccess 5 there, 0 failed, 0 left')"
	same "$(refreshed | grep -c '"http_status":304.*"unchanged":true')" 5
	find out/c -type f -printf '%p %i %T@\n' | sort | diff before -
	"$BULK" status -o out >shown
	has shown "refreshed     5 asked, 0 changed, 5 unchanged"
	has shown "Everything is there."
}
claim "a refresh of what has not changed touches no file, and status tells of it" unchanged

changed() {
	library 5
	change 2
	ends 0 "$BULK" refresh -o out --keep-old before 2>errors
	has errors "1 changed, 4 unchanged"
	diff -r www/c out/c
	tf-origin --size 20k --print /c/2.mp4 | cmp - before/c/2.mp4
	same "$(find before -type f | wc -l)" 1
	refreshed | grep '"changed":true,"kept":"c/2.mp4"' >result
	lines result 1
	"$BULK" status -o out >shown
	has shown "refreshed     5 asked, 1 changed, 4 unchanged, 1 old file kept"
	"$BULK" analyze -o out >shown
	has shown "5 asked, 1 changed, 4 unchanged, 1 old file kept"
	# The next refresh asks with the new version, and `run` has nothing to do.
	ends 0 "$BULK" refresh -o out 2>errors
	has errors "0 changed, 5 unchanged"
	ends 0 "$BULK" run -o out -y source.ndjson
	diff -r www/c out/c
	change 2
	printf x >>www/c/2.mp4
	truncate -s -1 www/c/2.mp4
	touch -d '2001-01-01' www/c/2.mp4
	ends 0 "$BULK" refresh -o out --keep-old before
	same "$(find before -type f | wc -l)" 2
	[ -f before/c/2.mp4.1 ]
}
claim "what has changed is fetched again, and the old file set aside without overwriting another" changed

gone() {
	library 5
	rm www/c/3.mp4
	ends 1 "$BULK" refresh -o out >shown 2>errors
	has errors "0 changed, 4 unchanged"
	has errors "1 not confirmed: their files stay as they are"
	has shown not_found
	tf-origin --size 20k --print /c/3.mp4 | cmp - out/c/3.mp4
	same "$(refreshed | grep -c '"error":"not_found".*"found":"c/3.mp4"')" 1
	"$BULK" status -o out >shown
	has shown "Everything is there."
	has shown "refreshed     5 asked, 0 changed, 4 unchanged, 1 not confirmed"
	ends 0 "$BULK" run -o out -y source.ndjson
}
claim "a file that is gone at the origin stays here, and counts as there" gone

older() {
	library 5
	ends 0 "$BULK" refresh -o out --older-than 1h 2>errors
	has errors "no file is to be asked for"
	same "$(refreshed)" ''
	# As if three of them had been fetched two hours ago.
	sed -i "1,3s/\"finished_at\":[0-9.]*/\"finished_at\":$(($(date +%s) - 7200))/" out/.tf-bulk/results.ndjson
	FETCHED=$(wc -c <out/.tf-bulk/results.ndjson)
	ends 0 "$BULK" refresh -o out --older-than 1h --dry-run 2>errors
	has errors "3 files to be asked for"
	ends 0 "$BULK" refresh -o out --older-than 1h 2>errors
	has errors "0 changed, 3 unchanged"
	ends 0 "$BULK" refresh -o out --older-than 1h 2>errors
	has errors "no file is to be asked for"
}
claim "only what was confirmed longer ago is asked for, and an answer that nothing changed confirms" older

http2() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout tls.key -out tls.pem 2>openssl.log
	TLS_OPTIONS='--http 2 --cacert tls.pem'
	library 20
	change 7
	# shellcheck disable=SC2086 # words
	ends 0 "$BULK" refresh -o out $TLS_OPTIONS 2>errors
	has errors "1 changed, 19 unchanged"
	diff -r www/c out/c
}
claim "the same over HTTP/2" http2

found() {
	library 3
	rm -r out/.tf-bulk
	ends 0 "$BULK" run -o out -y source.ndjson
	change 1
	touch www/c/1.mp4
	ends 0 "$BULK" refresh -o out 2>errors
	has errors "1 changed, 2 unchanged"
	diff -r www/c out/c
}
claim "files of which no result tells the version are asked for by their time" found

wrong() {
	library 1
	ends 2 "$BULK" refresh -o out source.ndjson 2>errors
	has errors "takes no source"
	ends 2 "$BULK" refresh -o out --older-than soon 2>errors
	ends 2 "$BULK" refresh -o out --older-than 2>errors
	has errors "needs a value"
	ends 2 "$BULK" refresh -o out --keep-old /proc/1 2>errors
	has errors "choose another folder with --keep-old"
	ends 3 "$BULK" refresh -o nothing 2>errors
	ends 2 tf-fetch --keep-old x </dev/null 2>errors
	has errors "'--keep-old' needs '--refresh'"
	ends 2 tf-queue --refresh --failed - 2>errors
	has errors "and no other choice"
	same "$(refreshed)" ''
}
claim "what a refresh cannot do is refused, and nothing is done" wrong
