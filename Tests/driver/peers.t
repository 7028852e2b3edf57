#!/bin/sh
# Signed URLs, and the places of credentials, beside AWS's own library.
. "$DRIVER_TESTS/lib.sh"

# AWS's own library, in the Python that has it.
peer() {
	script=$1
	shift
	rm "$TF_TOOLS/tf-sign"
	python=$DRIVER_TESTS/../../.build/peers/bin/python
	[ -x "$python" ] || python=python3
	PATH=$REAL_TOOLS:$PATH "$python" "$DRIVER_TESTS/../peers/$script" "$@"
}

botocore() {
	openssl genrsa -out rsa.pem 2048
	openssl ecparam -name prime256v1 -genkey -noout -out p256.pem
	chmod 600 ./*.pem
	peer botocore_peer.py 1000 .
}
claim "signatures are botocore's on 1,000 hostile records for each scheme, and ECDSA's are good to openssl" botocore

credentials() {
	mkdir home
	peer botocore_credentials_peer.py home
}
claim "credentials are botocore's, wherever they are, for each pair of places and each fault" credentials
