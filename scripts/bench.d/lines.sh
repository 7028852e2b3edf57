# shellcheck shell=sh
# How many lines a second go through the tools.
count=1000000
result_lines "$count" >"$WORK/lines"
size=$(($(wc -c <"$WORK/lines") / count))
swift build -c release --static-swift-stdlib --product bench-passthrough >/dev/null

echo "### $count lines of $size bytes"
pair_head
pair 'tf-tally' 'jq -c .status' "tf-tally '$WORK/lines'" "jq -c .status '$WORK/lines'"
# shellcheck disable=SC2154 # pair sets it
tally=$wall
pair 'tf-sign, signing taken out' 'jq -c .' "bench-passthrough <'$WORK/lines'" "jq -c . '$WORK/lines'"
pass=$wall
printf '\n| tool | lines a second |\n| --- | --- |\n'
printf '| tf-tally | %s |\n| tf-sign, signing taken out | %s |\n' \
	"$(per_second "$count" "$tally")" "$(per_second "$count" "$pass")"
