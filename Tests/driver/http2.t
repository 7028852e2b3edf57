#!/bin/sh
# HTTP/2, which tf-origin does not speak: many transfers on one connection of nginx.
. "$DRIVER_TESTS/lib.sh"
PATH=$REAL_TOOLS:$PATH
NGINX=$DRIVER_TESTS/../../scripts/bench.d/nginx

# origin: starts nginx for this folder, and sets `origin` to its address with TLS.
origin() {
	trap 'sh "$NGINX" stop "$PWD"' EXIT
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout tls.key -out tls.pem 2>openssl.log
	mkdir -p www/c
	sh "$NGINX" start "$PWD"
	origin=https://127.0.0.1:$(($(cat port) + 1000))
}

one_connection() {
	origin
	seq 200 | while read -r number; do
		tf-origin --size "$((2 + number % 40))k" --print "/c/$number.mp4" >"www/c/$number.mp4"
	done
	seq 200 | sed "s|.*|{\"path\":\"c/&.mp4\",\"url\":\"$origin/c/&.mp4\"}|" >records
	for version in 2 1.1; do
		tf-fetch -j 10 --http "$version" --cacert tls.pem --progress none -o "out$version" <records >results
		same "$(grep -c '"status":"success"' results)" 200
		diff -r www/c "out$version/c"
	done
}
claim "two hundred files come whole over one connection of HTTP/2, and over those of HTTP/1.1" one_connection

large_files() {
	: >requests
	origin
	tf-origin --size 1100k --print /c/0.mp4 >www/c/0.mp4
	size=$(wc -c <www/c/0.mp4)
	for number in 1 2 3 4 5 6; do ln www/c/0.mp4 "www/c/$number.mp4"; done
	seq 6 | sed "s|.*|{\"path\":\"c/&.mp4\",\"size\":$size,\"url\":\"$origin/c/&.mp4\"}|" >records
	for version in '' '--http 2'; do
		# Each loop has connections of its own.
		# shellcheck disable=SC2086 # no option, or two words
		tf-fetch -j 3 --loops 1 $version --cacert tls.pem --progress none -o "out$version" <records >results
		same "$(grep -c '"status":"success"' results)" 6
	done
	# shellcheck disable=SC2016 # asked again each time
	timeout 60 sh -c 'until [ "$(wc -l <requests)" -ge 12 ]; do sleep 0.05; done'
	# Three at one time, each on a connection of its own, which takes the next one.
	same "$(connections HTTP/1.1)" "6 files by 3 connections"
	same "$(connections HTTP/2.0)" "6 files by 1 connections"
}

# connections VERSION: how many files came by how many connections of it.
connections() {
	awk -v version="$1" '
		$1 == version { files++; if (!seen[$2]++) connections++ }
		END { print files + 0, "files by", connections + 0, "connections" }' requests
}
claim "large files come over HTTP/1.1 by a connection each, unless HTTP/2 is asked for" large_files
