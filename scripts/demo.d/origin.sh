# shellcheck shell=sh
# What a demo downloads from: a catalogue, a key, and a stand-in for CloudFront that misbehaves.

# make_catalog FOLDER: the old system's tables, and the key pair that opens the origin.
make_catalog() {
	sqlite3 "$1/database.sqlite" <scripts/demo.d/catalog.sql
	openssl genrsa -out "$1/private.pem" 2048 2>/dev/null
	openssl rsa -in "$1/private.pem" -pubout -out "$1/public.pem" 2>/dev/null
}

# start_origin FOLDER: on a free port, with faults: a 503 that passes at once and one that takes another round, two
# bodies that are cut off, a page of HTML in place of a video, and a file that is not there. Its process is $origin,
# and its address $url.
start_origin() {
	setpriv --pdeathsig TERM .build/release/tf-origin --public-key "$1/public.pem" --key-pair-id KDEMO \
		--size 60k..400k --rate 600k --latency 50ms --port-file "$1/port" --log \
		--fault '*/lesson-1103_med.mp4:503;retry-after=1*1' \
		--fault '*/lesson-2107_med.mp4:503*4' \
		--fault '*/lesson-31?2_med.mp4:cut=30000*1' \
		--fault '*/lesson-4205_med.mp4:error-page*1' \
		--fault '*/lesson-5111_med.mp4:404' >/dev/null 2>"$1/requests" &
	origin=$!
	until [ -e "$1/port" ]; do
		kill -0 "$origin" 2>/dev/null || {
			cat "$1/requests" >&2
			exit 3
		}
		sleep 0.05
	done
	url=http://127.0.0.1:$(cat "$1/port")
}
