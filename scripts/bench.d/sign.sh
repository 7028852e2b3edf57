# shellcheck shell=sh
# Signatures a second on one processor, beside OpenSSL's own benchmark in the same run; then what needs few or cheap
# ones, in lines a second.
# By the faster key as many more, so that the start is a hundredth of either.
result_lines 50000 >"$WORK/all-records"
export TF_KEY_PAIR_ID=K1 TF_BASE_URL=http://h

echo '### Signatures a second, one processor'
echo '| key | ratio | tf-sign | openssl speed | with the old tools |'
echo '| --- | --- | --- | --- | --- |'
# old_per_second: how many of `count` the old tools did in a second, or nothing.
old_per_second() { [ -z "$OLD" ] || per_second "$count" "$(median 2 "$WORK/olds")"; }
# sign_row NAME KEY ALGORITHM COLUMN COUNT: the column is that of 'sign/s' in what openssl prints.
sign_row() {
	chmod 600 "$2"
	count=$5
	head -n "$count" "$WORK/all-records" >"$WORK/records"
	: >"$WORK/sign"
	: >"$WORK/speed"
	: >"$WORK/olds"
	round=0
	while [ "$round" -lt 3 ]; do
		command="taskset -c 0 tf-sign --private-key '$2' <'$WORK/records'"
		timed "$WORK/sign" "$command"
		[ -z "$OLD" ] || timed "$WORK/olds" "$(with_old "$command")"
		taskset -c 0 openssl speed -seconds 3 "$3" 2>/dev/null |
			awk -v column="$4" '/sign/ { next } NF { last = $column } END { print last }' >>"$WORK/speed"
		round=$((round + 1))
	done
	ours=$(per_second "$count" "$(median 2 "$WORK/sign")")
	theirs=$(median 1 "$WORK/speed")
	printf '| %s | %s | %s | %s | %s |\n' "$1" "$(ratio "$ours" "$theirs")" "$ours" "$theirs" "$(old_per_second)"
}
openssl genrsa -out "$WORK/rsa.pem" 2048 2>/dev/null
sign_row RSA-2048 "$WORK/rsa.pem" rsa2048 6 10000
openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/p256.pem" 2>/dev/null
sign_row P-256 "$WORK/p256.pem" ecdsap256 7 50000

# Both processors, of one.
count=10000
head -n "$count" "$WORK/all-records" >"$WORK/records"
: >"$WORK/one"
: >"$WORK/two"
for _ in 1 2 3; do
	timed "$WORK/one" "tf-sign --private-key '$WORK/rsa.pem' <'$WORK/records'"
	timed "$WORK/two" "tf-sign -j 2 --private-key '$WORK/rsa.pem' <'$WORK/records'"
done
printf '| RSA-2048, -j 2 of one | %s | %s | | |\n' "$(ratio "$(median 1 "$WORK/one")" "$(median 1 "$WORK/two")")" \
	"$(per_second "$count" "$(median 1 "$WORK/two")")"

count=1000000
awk -v count="$count" 'BEGIN {
	for (i = 1; i <= count; i++)
		printf "{\"course_id\":%d,\"segment_id\":%d,\"title\":\"A shuffle in E, slowly\",\"key\":\"course%d/lesson%d_med.mp4\",\"path\":\"truefire-courses/%d/%d.mp4\"}\n", i / 1000, i, i / 1000, i, i / 1000, i
}' >"$WORK/records"
export TF_PRIVATE_KEY="$WORK/rsa.pem" AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=secret

printf '\n### Lines a second, one processor, 1,000,000 lines of 1,000 courses\n'
echo '| what | lines a second | with the old tools |'
echo '| --- | --- | --- |'
# lines_row NAME OPTIONS
lines_row() {
	: >"$WORK/sign"
	: >"$WORK/olds"
	for _ in 1 2 3; do
		timed "$WORK/sign" "taskset -c 0 tf-sign $2 <'$WORK/records'"
		[ -z "$OLD" ] || timed "$WORK/olds" "$(with_old "taskset -c 0 tf-sign $2 <'$WORK/records'")"
	done
	printf '| %s | %s | %s |\n' "$1" "$(per_second "$count" "$(median 2 "$WORK/sign")")" "$(old_per_second)"
}
lines_row 'RSA-2048, --scope course' '--scope course'
lines_row 'S3' '--s3 --bucket tfstream --region us-east-1'
