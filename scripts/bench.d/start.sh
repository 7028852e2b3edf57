# shellcheck shell=sh
# How long each tool takes to start and end: a hundred times, divided by a hundred.
openssl genrsa -out "$WORK/key.pem" 2048 2>/dev/null
chmod 600 "$WORK/key.pem"
export TF_PRIVATE_KEY="$WORK/key.pem" TF_KEY_PAIR_ID=K1 TF_BASE_URL=http://h
: >"$WORK/empty"

echo '### Start and end, nothing to do'
echo '| tool | milliseconds |'
echo '| --- | --- |'
for command in 'true' "tf-catalog '$WORK/empty'" 'tf-sign' "tf-fetch --progress none -o '$WORK/out'" 'tf-tally' \
	"tf-queue '$WORK/empty'"; do
	: >"$WORK/start"
	timed "$WORK/start" "i=0; while [ \$i -lt 100 ]; do command $command </dev/null >/dev/null 2>&1; i=\$((i + 1)); done"
	printf '| %s | %s |\n' "${command%% *}" "$(awk '{ printf "%.1f", $1 * 10 }' "$WORK/start")"
done
