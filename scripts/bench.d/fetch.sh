# shellcheck shell=sh
# Ten transfers at a time from nginx over loopback into memory, beside what people would use instead, in the same run.
# shellcheck source=scripts/bench.d/origin.sh
. "$PARTS/origin.sh"
origin_start
targets_in /dev/shm

# rows NAME CASE URL
rows() {
	mine=$(ours "$1" "--sync none --cacert '$WORK/tls.pem'")
	pair "$2" 'curl -Z' "$mine" "$(curls "$1")" fresh whole
	pair "$2" wget2 "$mine" "$(wget2s "$1")" fresh whole
	pair "$2" rclone "$mine" "$(rclones "$1" "$3")" fresh whole
}

echo '### Fetching, 10 transfers, nginx on loopback, into memory'
pair_head
files small 20000 16k "$PLAIN"
rows small '20,000 files of 16 KiB, plain' "$PLAIN"
pair '20,000 files of 16 KiB, plain' aria2 "$(ours small '--sync none')" "$(aria2s small)" fresh whole
openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/ec.pem"
chmod 600 "$WORK/ec.pem"
pair '20,000 files of 16 KiB, plain, signed (P-256) on the way' 'curl -Z, not signed' \
	"tf-sign --key-pair-id K --private-key '$WORK/ec.pem' --base-url '$PLAIN' <'$WORK/small.ndjson' |
		$(ours small '--sync none' | sed 's/ <.*//')" "$(curls small)" fresh whole
files big 40 50M "$PLAIN"
rows big '40 files of 50 MiB, plain' "$PLAIN"
files small 20000 16k "$TLS"
rows small '20,000 files of 16 KiB, TLS, HTTP/2' "$TLS"
files big 40 50M "$TLS"
rows big '40 files of 50 MiB, TLS' "$TLS"

files small 20000 16k "$PLAIN"
fresh
strace -f -c -o "$WORK/calls" sh -c "$(ours small '--sync none')" >/dev/null
printf '\nSystem calls for a file of 16 KiB: %s\n' "$(awk '$NF == "total" { printf "%.1f", $(NF - 2) / 20000 }' "$WORK/calls")"
