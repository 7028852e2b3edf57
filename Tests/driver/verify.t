#!/bin/sh
# The disk is checked against the catalogue.
. "$DRIVER_TESTS/lib.sh"

# fetched: a job of 5 videos of 20,000 bytes, all fetched.
fetched() {
	real_tools
	origin --size 20k
	signed 5 >source.ndjson
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	ends 0 "$BULK" run -o out -y source.ndjson
	whole 20k 5
}

all_there() {
	fetched
	before=$(wc -l <out/.tf-bulk/results.ndjson)
	ends 0 "$BULK" verify -o out --deep
	lines out/.tf-bulk/results.ndjson "$before"
}
claim "where everything is there, verify ends with 0 and changes nothing" all_there

flawed() {
	fetched
	rm out/c/1.mp4
	truncate -s 10000 out/c/2.mp4
	head -c 20480 /dev/zero >out/c/3.mp4
	echo mine >out/c/mine.txt
	ends 1 "$BULK" verify -o out --dry-run >shown 2>errors
	has shown "missing      1"
	has shown "short        1"
	has shown "not_video    1"
	has shown "strangers    1"
	has errors "'c/1.mp4': missing: there is no such file"
	has errors "'c/mine.txt': belongs to no record"
	has errors "3 records to be queued again"
	ends 1 "$BULK" verify -o out --json >found
	lines found 4
	ends 0 "$BULK" run -o out -y source.ndjson
	whole_but_mine
}
whole_but_mine() {
	rm out/c/mine.txt
	whole 20k 5
}
claim "what is missing, short or not a video is queued again, strangers are named, and the next run mends it" flawed

not_there_yet() {
	real_tools
	mkdir -p out/.tf-bulk
	records 3 >out/.tf-bulk/catalog.ndjson
	printf '{"path":"c/1.mp4","status":"failed","error":"not_found","retryable":false,"attempt":1}\n' \
		>out/.tf-bulk/results.ndjson
	ends 0 "$BULK" verify -o out
	lines out/.tf-bulk/results.ndjson 1
}
claim "what was never said to be there is not missed" not_there_yet

deep() {
	real_tools
	mkdir -p out/.tf-bulk out/c
	"$TF_TOOLS/tf-origin" --size 20k --print /k1 >out/c/1.mp4
	printf '{"path":"c/1.mp4","md5":"%s"}\n' "$(md5sum <out/c/1.mp4 | cut -c 1-32)" >out/.tf-bulk/catalog.ndjson
	echo '{"path":"c/1.mp4","status":"success","bytes":20480}' >out/.tf-bulk/results.ndjson
	ends 0 "$BULK" verify -o out --deep
	# One byte of the pictures.
	printf X | dd of=out/c/1.mp4 bs=1 seek=15000 conv=notrunc 2>/dev/null
	ends 0 "$BULK" verify -o out
	ends 1 "$BULK" verify -o out --deep 2>errors
	has errors "mismatch"
}
claim "--deep hashes the files too" deep

set_aside() {
	fetched
	mkdir -p out/old/deep out/.tf-bulk/mine
	echo mine >out/old/deep/mine.txt
	echo mine >out/c/mine.txt
	echo part >out/c/9.mp4.part
	cp out/.tf-bulk/catalog.ndjson catalog
	ends 0 "$BULK" verify -o out --set-aside aside --at-most 2 --dry-run 2>errors
	has errors "2 strangers to be set aside in 'aside'"
	# Two of seven files are more than 5%.
	ends 3 "$BULK" verify -o out --set-aside aside 2>errors
	has errors "2 of 7 files belong to no record, more than 5%: nothing is set aside"
	[ ! -e aside ]
	: >out/.tf-bulk/catalog.ndjson
	ends 3 "$BULK" verify -o out --set-aside aside 2>errors
	has errors "7 of 7 files belong to no record"
	cp catalog out/.tf-bulk/catalog.ndjson
	ends 0 "$BULK" verify -o out --set-aside out/aside --at-most 30% 2>errors
	has errors "2 files set aside in 'out/aside'"
	same "$(cat out/aside/old/deep/mine.txt out/aside/c/mine.txt)" "mine
mine"
	[ ! -e out/old ]
	[ -e out/c/9.mp4.part ]
	[ -d out/.tf-bulk/mine ]
	# The folder itself holds no strangers, and nothing there is replaced.
	echo other >out/c/mine.txt
	ends 1 "$BULK" verify -o out --set-aside out/aside --at-most 30% 2>errors
	has errors "'c/mine.txt': 'c/mine.txt' is there already: it is left where it is"
	same "$(cat out/aside/c/mine.txt out/c/mine.txt)" "mine
other"
	rm -r out/aside out/c/mine.txt out/c/9.mp4.part
	whole 20k 5
}
claim "--set-aside moves strangers away, unless they are too many, and replaces nothing" set_aside

comes_back() {
	fetched
	head -n 4 source.ndjson >fewer
	ends 0 "$BULK" run -o out -y --allow-shrink fewer
	ends 0 "$BULK" verify -o out --set-aside aside --at-most 1
	[ -e aside/c/5.mp4 ]
	ends 0 "$BULK" run -o out -y source.ndjson
	whole 20k 5
	lines requests 6
}
claim "a record that comes back after its file was set aside is fetched again" comes_back

no_aside() {
	fetched
	ends 2 "$BULK" verify -o out --at-most 5% 2>errors
	has errors "'--at-most' is for '--set-aside'"
	ends 2 "$BULK" verify -o out --set-aside aside --at-most many 2>errors
	has errors "at-most"
	ends 2 "$BULK" verify -o out --set-aside out 2>errors
	has errors "cannot set files aside in the folder that they are in"
	[ ! -w /dev/shm ] || {
		ends 2 "$BULK" verify -o out --set-aside /dev/shm/aside 2>errors
		has errors "name a folder on the files' own file system"
	}
	whole 20k 5
}
claim "a folder on another file system, the folder itself and a bad limit are refused" no_aside
