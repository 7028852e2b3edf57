# shellcheck shell=sh
# A job on three hosts with one folder, of which one loses its power, one is cut off for a minute, and one has a clock
# that is five minutes ahead; a fourth is added. It ends with an error where a file is missing, damaged or counted
# twice.
if [ "$(id -u)" -ne 0 ]; then
	echo '### A fleet with faults: skipped, since only root can make its lines'
	return
fi
# shellcheck source=scripts/bench.d/lab.sh
. "$PARTS/lab.sh"
lab_open
trap 'lab_close; rm -rf -- "$WORK"' EXIT
lab_origin 16k 20M
ahead=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
lab_host 1
lab_host 2
lab_host 3 "LD_PRELOAD=$ahead" FAKETIME=+5m
lab_host 4
small=${FLEET_SMALL:-20000} large=${FLEET_LARGE:-30}
{
	lab_records large "$large"
	lab_records small "$small"
} >"$LAB/catalog.ndjson"
for host in 1 2 3; do lab_line "$host"; done >"$LAB/hosts"

# results N: waits until there are so many.
results() {
	# shellcheck disable=SC2016 # in the shell that gets it
	timeout 600 sh -c 'until [ "$(cat "$0" 2>/dev/null | wc -l)" -ge "$1" ]; do sleep 0.2; done' \
		"$LAB/out/.tf-bulk/results.ndjson" "$1"
}

echo '### A fleet with faults'
echo
began=$(date +%s)
lab_run "$LAB/out" -j 24 --lease 20 &
run=$!
results $((small / 20))
echo "host 1 loses its power: $(wc -l <"$LAB/out/.tf-bulk/results.ndjson") results"
lab_kill 1
results $((small / 5))
echo "host 2 is cut off: $(wc -l <"$LAB/out/.tf-bulk/results.ndjson") results"
ip link set tfl2 down
(
	sleep 60
	ip link set tfl2 up
	echo "host 2 is back: $(wc -l <"$LAB/out/.tf-bulk/results.ndjson") results"
) &
back=$!
results $((small / 3))
echo "host 4 is added: $(wc -l <"$LAB/out/.tf-bulk/results.ndjson") results"
lab_line 4 >>"$LAB/hosts"
status=0
wait "$run" || status=$?
echo "the run ended with status $status after $(($(date +%s) - began)) s"
cat "$LAB/errors"

# whole KIND N
whole() {
	find "$LAB/out/$1" -type f | wc -l | grep -qx "$2"
	find "$LAB/out/$1" -type f -exec cksum {} + | awk '{ print $1, $2 }' | sort -u |
		grep -qx "$(cksum <"$LAB/$1.mp4" | awk '{ print $1, $2 }')"
	find "$LAB/out/$1" -type f -exec cksum {} + | awk '{ print $1 }' | sort -u | wc -l | grep -qx 1
}
whole small "$small"
whole large "$large"
tf-tally --format json --catalog "$LAB/catalog.ndjson" "$LAB/out/.tf-bulk/results.ndjson" |
	jq -r '"success \(.success), skipped \(.skipped), failed \(.failed), total \(.total), not results \(.lines.passed_over)",
		(.hosts[] | "\(.host): \(.success) files, \(.received_bytes) bytes, \(.failed) failed tries")'
jq -r 'select(.status == "failed") | "failed tries: \(.error) of \(.host)"' "$LAB/out/.tf-bulk/results.ndjson" |
	sort | uniq -c
sort "$REQUESTS" | uniq -c | awk '{ asked[$1]++; all += $1 } END {
	for (times in asked) printf("asked for %d times: %d files\n", times, asked[times])
}' | sort
[ "$status" -eq 0 ]
wait "$back"
lab_close
trap 'rm -rf -- "$WORK"' EXIT
