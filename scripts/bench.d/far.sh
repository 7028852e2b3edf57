# shellcheck shell=sh
# Small files from nginx behind a line with 80 ms there and back, plain and over TLS with HTTP/2. One file tells how
# long a run takes to its first byte.
# shellcheck source=scripts/bench.d/origin.sh
. "$PARTS/origin.sh"
origin_start
targets_in /dev/shm

# far NAME URL: NAME is the URL behind the line.
far() {
	rm -f "$WORK/far.port"
	"$PARTS/delay" "${2##*:}" 0.04 "$WORK/far.port" &
	FAR="${FAR:-} $!"
	tries=0
	until [ -s "$WORK/far.port" ] || [ "$tries" -ge 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	eval "$1='${2%:*}:$(cat "$WORK/far.port")'"
}
far FAR_PLAIN "$PLAIN"
far FAR_TLS "$TLS"
trap 'kill $FAR 2>/dev/null; sh "$PARTS/nginx" stop "$WORK"; rm -rf -- "$WORK" "$TARGETS"' EXIT

echo '### Small files behind 80 ms, 10 transfers'
pair_head
for amount in 1 200; do
	for way in "plain $FAR_PLAIN" "TLS, HTTP/2 $FAR_TLS"; do
		files far "$amount" 16k "${way##* }"
		pair "$amount of 16 KiB, ${way% *}" 'curl -Z' \
			"$(ours far "--sync none --cacert '$WORK/tls.pem'")" "$(curls far)" fresh whole
	done
done
# shellcheck disable=SC2086 # several
kill $FAR
unset FAR
trap 'sh "$PARTS/nginx" stop "$WORK"; rm -rf -- "$WORK" "$TARGETS"' EXIT
