#!/bin/sh
# Signed URLs beside those of AWS's own library.
. "$DRIVER_TESTS/lib.sh"

botocore() {
	openssl genrsa -out rsa.pem 2048
	openssl ecparam -name prime256v1 -genkey -noout -out p256.pem
	chmod 600 ./*.pem
	rm "$TF_TOOLS/tf-sign"
	python=$DRIVER_TESTS/../../.build/peers/bin/python
	[ -x "$python" ] || python=python3
	PATH=$REAL_TOOLS:$PATH "$python" "$DRIVER_TESTS/../peers/botocore_peer.py" 1000 .
}
claim "signatures are botocore's on 1,000 hostile records for each scheme, and ECDSA's are good to openssl" botocore
