# shellcheck shell=sh
# How long each tool takes to start and end: a hundred times, divided by a hundred; the median of three.
openssl genrsa -out "$WORK/key.pem" 2048 2>/dev/null
chmod 600 "$WORK/key.pem"
export TF_PRIVATE_KEY="$WORK/key.pem" TF_KEY_PAIR_ID=K1 TF_BASE_URL=http://h
: >"$WORK/empty"

echo '### Start and end, nothing to do'
echo '| tool | milliseconds | with the old tools |'
echo '| --- | --- | --- |'
# hundred FILE COMMAND
hundred() {
	timed "$1" "i=0; while [ \$i -lt 100 ]; do command $2 </dev/null >/dev/null 2>&1; i=\$((i + 1)); done"
}
for command in 'true' "tf-catalog '$WORK/empty'" 'tf-sign' "tf-fetch --progress none -o '$WORK/out'" 'tf-tally' \
	"tf-queue '$WORK/empty'"; do
	: >"$WORK/start"
	: >"$WORK/olds"
	for _ in 1 2 3; do
		hundred "$WORK/start" "$command"
		[ -z "$OLD" ] || (PATH=$OLD:$PATH && hundred "$WORK/olds" "$command")
	done
	printf '| %s | %s | %s |\n' "${command%% *}" "$(median 1 "$WORK/start" | awk '{ printf "%.1f", $1 * 10 }')" \
		"$(median 1 "$WORK/olds" | awk '{ if ($1) printf "%.1f", $1 * 10 }')"
done
