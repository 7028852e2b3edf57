# shellcheck shell=sh
# Signatures a second on one processor, beside OpenSSL's own benchmark in the same run.
count=10000
result_lines "$count" >"$WORK/records"
export TF_KEY_PAIR_ID=K1 TF_BASE_URL=http://h

echo '### Signatures a second, one processor'
echo '| key | ratio | tf-sign | openssl speed |'
echo '| --- | --- | --- | --- |'
# sign_row NAME KEY: openssl's column 'sign/s' stands at the same place for both kinds of key.
sign_row() {
	chmod 600 "$2"
	: >"$WORK/sign"
	: >"$WORK/speed"
	round=0
	while [ "$round" -lt 3 ]; do
		timed "$WORK/sign" "taskset -c 0 tf-sign --private-key '$2' <'$WORK/records'"
		taskset -c 0 openssl speed -seconds 3 "$3" 2>/dev/null | awk -v column="$4" '/sign/ { next } NF { last = $column } END { print last }' >>"$WORK/speed"
		round=$((round + 1))
	done
	ours=$(per_second "$count" "$(median 2 "$WORK/sign")")
	theirs=$(median 1 "$WORK/speed")
	printf '| %s | %s | %s | %s |\n' "$1" "$(ratio "$ours" "$theirs")" "$ours" "$theirs"
}
openssl genrsa -out "$WORK/rsa.pem" 2048 2>/dev/null
sign_row RSA-2048 "$WORK/rsa.pem" rsa2048 6
openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/p256.pem" 2>/dev/null
sign_row P-256 "$WORK/p256.pem" ecdsap256 7
