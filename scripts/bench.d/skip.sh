# shellcheck shell=sh
# 100,000 files that are there: looked at, and skipped.
# shellcheck source=scripts/bench.d/origin.sh
. "$PARTS/origin.sh"
targets_in /dev/shm
fresh
tf-origin --size 16k --print /v >"$TARGET/video"
seq 0 999 | sed "s|.*|$TARGET/c/&|" | xargs mkdir -p
i=0
while [ "$i" -lt 1000 ]; do
	seq 100 | sed "s|.*|$TARGET/c/$i/&.mp4|" | xargs -n 1 ln "$TARGET/video"
	i=$((i + 1))
done
seq 0 99999 | awk -v q='"' '{
	path = sprintf("c/%d/%d.mp4", $1 / 100, $1 % 100 + 1)
	printf "{\"path\":\"%s\",\"url\":\"http://127.0.0.1:9/%s\"}\n", path, path
}' >"$WORK/skip.ndjson"
: >"$WORK/skips"
count=0
while [ "$count" -lt "$PAIRS" ]; do
	timed "$WORK/skips" "tf-fetch -j 10 --progress none -o '$TARGET' <'$WORK/skip.ndjson'"
	count=$((count + 1))
done
echo '### 100,000 files that are there'
printf '%s s, %s s CPU, %s KB\n' "$(median 1 "$WORK/skips")" "$(median 2 "$WORK/skips")" "$(median 3 "$WORK/skips")"
