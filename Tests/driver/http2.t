#!/bin/sh
# HTTP/2, which tf-origin does not speak: many transfers on one connection of nginx.
. "$DRIVER_TESTS/lib.sh"
PATH=$REAL_TOOLS:$PATH
NGINX=$DRIVER_TESTS/../../scripts/bench.d/nginx

one_connection() {
	trap 'sh "$NGINX" stop "$PWD"' EXIT
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout tls.key -out tls.pem 2>openssl.log
	mkdir -p www/c
	seq 200 | while read -r number; do
		tf-origin --size "$((2 + number % 40))k" --print "/c/$number.mp4" >"www/c/$number.mp4"
	done
	sh "$NGINX" start "$PWD"
	origin=https://127.0.0.1:$(($(cat port) + 1000))
	seq 200 | sed "s|.*|{\"path\":\"c/&.mp4\",\"url\":\"$origin/c/&.mp4\"}|" >records
	for version in 2 1.1; do
		tf-fetch -j 10 --http "$version" --cacert tls.pem --progress none -o "out$version" <records >results
		same "$(grep -c '"status":"success"' results)" 200
		diff -r www/c "out$version/c"
	done
}
claim "two hundred files come whole over one connection of HTTP/2, and over those of HTTP/1.1" one_connection
