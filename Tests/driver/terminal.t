#!/bin/sh
# What tf-sign asks on the terminal.
. "$DRIVER_TESTS/lib.sh"

# encrypted_key: key.pem, which 'open sesame' opens; tf-sign as it is.
encrypted_key() {
	openssl genrsa 2048 | openssl pkcs8 -topk8 -passout pass:'open sesame' -out key.pem
	chmod 600 key.pem
	ln -sf "$REAL_TOOLS/tf-sign" "$TF_TOOLS/tf-sign"
	echo '{"key":"a.mp4"}' >record
	cat >sign <<-EOF
		"$TF_TOOLS/tf-sign" --key-pair-id K --private-key key.pem --base-url https://h <record >signed
		echo "status \$?"
		stty -a
	EOF
}

# type_in TEXT: runs ./sign on a terminal of its own, and types this once it asks.
type_in() {
	mkfifo typed
	# shellcheck disable=SC2094 # script writes the terminal's text, and reads what is typed
	(
		exec 3>typed
		timeout 20 sh -c 'until grep -q Passphrase shown; do :; done' 2>/dev/null
		printf '%s' "$1" >&3
		timeout 20 sh -c 'until grep -q status shown; do :; done'
	) &
	script -qfec 'sh ./sign' shown <typed >/dev/null
	wait $!
}

asked() {
	encrypted_key
	type_in "open sesame
"
	has shown "Passphrase for 'key.pem': "
	has shown "status 0"
	lacks shown sesame
	lines signed 1
	! grep -q -- '-echo ' shown
}
claim "a passphrase is asked for on the terminal, and not shown there" asked

interrupted() {
	encrypted_key
	type_in "open$(printf '\003')"
	has shown "status 130"
	! grep -q -- '-echo ' shown
}
claim "Ctrl-C at the passphrase ends by the signal, and leaves the terminal as it was" interrupted
