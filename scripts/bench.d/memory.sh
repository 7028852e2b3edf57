# shellcheck shell=sh
# Peak memory of each tool with 1,000 and with 1,000,000 lines; for those that keep what they read, bytes a record.
openssl genrsa -out "$WORK/key.pem" 2048 2>/dev/null
chmod 600 "$WORK/key.pem"

# peak COMMAND
peak() {
	: >"$WORK/peak"
	timed "$WORK/peak" "$1"
	median 3 "$WORK/peak"
}

echo '### Peak memory'
echo '| tool | 1,000 lines | 1,000,000 lines | more for each line |'
echo '| --- | --- | --- | --- |'
result_lines 1000 >"$WORK/few"
result_lines 1000000 >"$WORK/many"
# Every record is there already: what is measured is the reading, looking and writing.
mkdir -p "$WORK/out"
memory_row() {
	few=$(peak "$2")
	many=$(peak "$3")
	printf '| %s | %s KB | %s KB | %s bytes |\n' "$1" "$few" "$many" "$(((many - few) * 1024 / 999000))"
}
memory_row tf-catalog "tf-catalog '$WORK/few'" "tf-catalog '$WORK/many'"
memory_row 'tf-sign, signing taken out' "bench-passthrough <'$WORK/few'" "bench-passthrough <'$WORK/many'"
unreachable() { sed 's|"key":"\([^"]*\)","path":"\([^"]*\)".*|"path":"\2","url":"http://h/","expires_at":1}|' "$1"; }
unreachable "$WORK/few" >"$WORK/few.url"
unreachable "$WORK/many" >"$WORK/many.url"
memory_row tf-fetch "tf-fetch -o '$WORK/out' <'$WORK/few.url'; :" "tf-fetch -o '$WORK/out' <'$WORK/many.url'; :"
memory_row tf-tally "tf-tally '$WORK/few'" "tf-tally '$WORK/many'"
memory_row tf-queue "tf-queue '$WORK/few' '$WORK/few'" "tf-queue '$WORK/many' '$WORK/many'"
