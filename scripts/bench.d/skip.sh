# shellcheck shell=sh
# 100,000 files that are there: looked at, and skipped. wget2 looks for the name only.
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
echo '### 100,000 files that are there'
pair_head
sed 's/.*"url":"\(.*\)"}/\1/' "$WORK/skip.ndjson" >"$WORK/skip.urls"
pair '100,000 files that are there' 'wget2 -nc' "tf-fetch -j 10 --progress none -o '$TARGET' <'$WORK/skip.ndjson'" \
	"wget2 -q -nc -nH -x --tries=1 -P '$TARGET' -i '$WORK/skip.urls'"
