#!/bin/sh
# tf-bulk doctor: what it finds, and what it says about it.
. "$DRIVER_TESTS/lib.sh"

# patient OPTION…: settings that are good, an origin with these options, and a source.
patient() {
	real_tools
	openssl genrsa -out key.pem 2048 2>/dev/null
	openssl rsa -in key.pem -pubout -out public.pem 2>/dev/null
	chmod 600 key.pem
	origin --size 20k --public-key public.pem --key-pair-id K1 "$@"
	records 2 >source.ndjson
	printf 'key-pair-id = K1\nprivate-key = key.pem\nbase-url = %s\nsource = source.ndjson\n' "$URL" >tf-bulk.conf
}

# finds STATUS ROW…: doctor ends with the status, and each row, a pattern, is in what it prints.
finds() {
	ends "$1" "$BULK" doctor -o out/deep >found 2>errors
	shift
	same "$(cat errors)" ''
	for row; do
		grep -qE "^$row" found || {
			echo "no row is like '$row':"
			cat found
			return 1
		}
	done
	lacks found Signature=
	lacks found BEGIN
}

healthy() {
	patient
	finds 0 'ok +tools +version [0-9.]+: tf-catalog tf-sign tf-fetch tf-tally tf-queue' 'ok +programs' \
		'ok +libcurl +libcurl/[0-9.]+ [A-Za-z]+/' '(ok|warn) +HTTP/2' "ok +key +'key.pem': RSA with 2048 bits" \
		"ok +folder +'out/deep' will be made, on " 'ok +locks' 'ok +room +[0-9.]+ .iB are free' '(ok|warn) +lighttpd' \
		'ok +clock +-?[0-9]+ s from' 'ok +origin +answers by HTTP/1.1' 'ok +segment +one was signed, and begins like a video'
	lacks found fail
	[ ! -e out ]
	# One video is all that it asked for.
	lines requests 1
	has requests "200"
}
claim "where all is well it says so, and leaves no trace" healthy

sick_tools() {
	patient
	fake tf-queue <<-'EOF'
		exit 127
	EOF
	fake tf-tally <<-'EOF'
		echo 0.0.1
	EOF
	finds 1 "fail +tools +'tf-queue' is not found, or does not run" 'warn +tools +they are of different versions'
}
claim "tools that are missing or of another version are reported" sick_tools

sick_key() {
	patient
	chmod 644 key.pem
	finds 0 "warn +key +private key 'key.pem': others can read it: run 'chmod 600' on it"
	rm key.pem
	finds 1 "fail +key +private key 'key.pem': " 'fail +segment +the first one could not be signed'
}
claim "a key that others can read is a warning, and one that is missing a failure" sick_key

wrong_key() {
	patient
	openssl genrsa -out key.pem 2048 2>/dev/null
	chmod 600 key.pem
	finds 1 'fail +segment +the origin answered 403' 'info +signature +key pair +K1'
}
claim "a key that the origin does not know is reported, with what the signed URL grants" wrong_key

wrong_answers() {
	patient --fault '/k1:404'
	finds 1 'fail +segment +the origin answered 404'
	kill "$ORIGIN"
	origin --size 20k --fault '/k1:500'
	sed -i "s|^base-url.*|base-url = $URL|" tf-bulk.conf
	finds 1 'fail +segment +the origin answered 500'
}
claim "an origin that has no such file, or is failing, is reported" wrong_answers

wrong_clock() {
	patient --clock-offset 120
	finds 0 'warn +clock +-1[0-9]+ s from the origin'
	kill "$ORIGIN"
	origin --size 20k --clock-offset=-3600
	sed -i "s|^base-url.*|base-url = $URL|" tf-bulk.conf
	finds 1 'fail +clock +36[0-9]+ s from the origin'
}
claim "a clock that differs from the origin's is a warning, and from five minutes on a failure" wrong_clock

no_network() {
	patient
	kill "$ORIGIN"
	wait "$ORIGIN" || true
	finds 1 'fail +origin +no connection: .*check --base-url'
}
claim "an origin that does not answer is reported" no_network

no_source() {
	patient
	sed -i '/^source/d' tf-bulk.conf
	finds 0 'warn +segment +none was tried: name a source' 'ok +origin +answers'
	: >empty.ndjson
	echo 'source = missing.ndjson' >>tf-bulk.conf
	finds 1 'fail +source +.*missing.ndjson'
}
claim "without a source only the origin is asked, and one that cannot be read is reported" no_source

little_room() {
	patient
	echo 'min-free = 900T' >>tf-bulk.conf
	finds 1 'fail +room +.* are free, and 900T are left so \(--min-free\)'
}
claim "too little room is reported" little_room
