#!/bin/sh
# What tf-sign signs opens the vault, in a stand-in that checks signatures.
. "$DRIVER_TESTS/lib.sh"

# vault: tf-origin with the public half of key.pem; URL is its address. It ends with the claim.
vault() {
	ln -sf "$REAL_TOOLS/tf-sign" "$REAL_TOOLS/tf-fetch" "$TF_TOOLS/"
	openssl ecparam -name prime256v1 -genkey -noout -out key.pem
	chmod 600 key.pem
	openssl pkey -in key.pem -pubout -out public.pem
	mkfifo listening
	setpriv --pdeathsig TERM "$TF_TOOLS/tf-origin" --size 2000 --public-key public.pem --key-pair-id K \
		--port-file port >listening 2>requests &
	VAULT=$!
	trap 'kill "$VAULT"' EXIT
	read -r _ <listening
	URL=http://127.0.0.1:$(cat port)
}

# fetched STATUS OPTION…: signs the records so, fetches them, and looks at the status.
fetched() {
	wanted=$1
	shift
	"$TF_TOOLS/tf-sign" --key-pair-id K --private-key key.pem --base-url "$URL" "$@" <source.ndjson >signed
	set +e
	"$TF_TOOLS/tf-fetch" -o out --retries 0 --progress none <signed >results
	status=$?
	set -e
	same "$status" "$wanted"
}

opens() {
	vault
	seq 3 | sed 's|.*|{"course_id":1,"key":"a b/(&).mp4","path":"&.mp4"}|' >source.ndjson
	for options in '' '--hash sha256' '--scope course' '--scope course --ip 127.0.0.0/8 --not-before 1'; do
		rm -rf out
		# shellcheck disable=SC2086 # words
		fetched 0 $options
	done
	rm -rf out
	fetched 1 --ip 192.0.2.0/24
	has results '"http_status":403'
}
claim "a URL opens what its policy says, from where it says, and nothing from elsewhere" opens
