#!/bin/sh
# Headers of the user's own, and CloudFront's signed cookies.
. "$DRIVER_TESTS/lib.sh"

key() {
	real_tools
	openssl genrsa -out key.pem 2048 2>/dev/null
	openssl pkey -in key.pem -pubout -out public.pem
	origin --size 20k --public-key public.pem --key-pair-id K1
	TF_PRIVATE_KEY=key.pem TF_KEY_PAIR_ID=K1 TF_BASE_URL=$URL
	export TF_PRIVATE_KEY TF_KEY_PAIR_ID TF_BASE_URL
	PATH=$TF_TOOLS:$PATH
}

by_cookies() {
	key
	seq 20 | sed 's|.*|{"course_id":&,"key":"course&/a.mp4","path":"&/a.mp4"}\n{"course_id":&,"key":"course&/b.mp4","path":"&/b.mp4"}|' >catalog
	tf-sign --cookies jar <catalog | tf-fetch -o out --cookie-file jar --progress none >results
	same "$(find out -name '*.mp4' | wc -l)" 40
	same "$(stat -c %a jar)" 600
	lacks results Signature
	lacks results signed_url
	same "$(jq -r .url results | grep -c "^$URL/course[0-9]*/[ab].mp4\$")" 40
	# curl takes the jar as well.
	same "$(curl -s -o /dev/null -w '%{http_code}' -b jar "$URL/course7/other.mp4")" 200
	same "$(curl -s -o /dev/null -w '%{http_code}' -b jar "$URL/course21/other.mp4")" 403
	ends 2 tf-sign --cookies jar --scope file 2>errors
	has errors "--cookies is for a whole course"
	ends 2 tf-sign --cookies nowhere/jar 2>errors
	has errors "--cookies: cannot open folder 'nowhere'"
}
claim "what tf-sign --cookies signs, tf-fetch --cookie-file and curl fetch, without a signed URL" by_cookies

# asked: the headers of each request that comes to a server, which answers none, are in `asked`.
listen() {
	python3 - >listening 2>asked <<-'EOF' &
		import http.server, sys
		class Handler(http.server.BaseHTTPRequestHandler):
		    protocol_version = "HTTP/1.1"
		    def do_GET(self):
		        sys.stderr.write(str(self.headers)); sys.stderr.flush()
		        self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()
		    def log_message(self, *words): pass
		server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
		print(server.server_port, flush=True)
		server.serve_forever()
	EOF
	LISTENER=$!
	trap 'kill $LISTENER' EXIT
	timeout 60 sh -c 'until [ -s listening ]; do sleep 0.05; done'
	ORIGIN_URL=http://127.0.0.1:$(cat listening)
}

own_headers() {
	real_tools
	listen
	PATH=$TF_TOOLS:$PATH
	printf 'X-Key: SECRET\r\nx-more: a b\n' >headers
	echo "{\"path\":\"a.mp4\",\"url\":\"$ORIGIN_URL/a.mp4\"}" >records
	ends 1 sh -c 'tf-fetch --header-file headers --retries 0 --debug -o out <records >results 2>errors'
	has asked "X-Key: SECRET"
	has asked "x-more: a b"
	has errors "header file 'headers': others can read it: run 'chmod 600' on it"
	lacks errors SECRET
	lacks results SECRET
	printf 'X: 1\nRange: SECRET\n' >headers
	chmod 600 headers
	ends 2 tf-fetch --header-file headers 2>errors
	has errors "header file 'headers': line 2: 'range' cannot be set: tf-fetch asks for ranges itself"
	ends 2 tf-fetch --header-file nowhere 2>errors
	has errors "header file 'nowhere': No such file"
	printf 'Cookie: a=SECRET\n' >headers
	ends 2 tf-fetch --header-file headers --cookie-file jar 2>errors
	has errors "exclude each other"
	printf 'SECRET\n' >jar
	ends 2 tf-fetch --cookie-file jar 2>errors
	has errors "cookie file 'jar': line 1: "
	lacks errors SECRET
}
claim "--header-file sends what is in it and shows it nowhere; what may not be in it is named by its line" own_headers

through_the_driver() {
	key
	listen
	kill "$ORIGIN"
	printf 'X-Key: SECRET\n' >headers
	echo '{"course_id":1,"key":"c/a.mp4","path":"a.mp4"}' >source.ndjson
	ends 1 "$BULK" run -y -o out --header-file headers --base-url "$ORIGIN_URL" source.ndjson 2>errors
	has asked "X-Key: SECRET"
	same "$(grep -c 'others can read it: run .chmod 600. on it' errors)" 1
	! grep -r SECRET out errors
}
claim "tf-bulk run passes --header-file on, warns once, and has nothing of it in its state" through_the_driver
