#!/bin/sh
# Disks that are full, read-only or gone. Each claim has a small file system of its own, in a mount namespace.
. "$DRIVER_TESTS/lib.sh"

# may_mount OPTION…: whether a namespace with these options of unshare lets this user mount something.
may_mount() {
	unshare "$@" mount -t tmpfs tmpfs /tmp 2>/dev/null
}

if [ -z "${IN_NAMESPACE:-}" ]; then
	IN_NAMESPACE=yes
	export IN_NAMESPACE
	if may_mount -m; then exec unshare -m sh "$0"; fi
	if may_mount -rm; then exec unshare -rm sh "$0"; fi
	skip "neither this user nor a user namespace may mount a file system"
fi

# disk SIZE: a file system of that size at `out`, until the claim ends.
disk() {
	mkdir out
	mount -t tmpfs -o "size=$1" tmpfs out
	trap 'umount --recursive --lazy out' EXIT
}

# fetch STATUS OPTION…: fetches `input` onto a disk that may be filled, and looks at how that ends.
fetch() {
	wanted=$1
	shift
	ended=0
	"$TF_TOOLS/tf-fetch" -o out --progress none --min-free 0 "$@" <input >>results 2>errors || ended=$?
	same "$ended" "$wanted"
}

# told STATUS ERROR: how many results say so.
told() {
	jq -s --arg status "$1" --arg error "$2" \
		'map(select(.status == $status and (.error // "") == $error)) | length' results
}

full() {
	real_tools
	disk 40M
	head -c 32M /dev/zero >out/others
	origin --size 3M
	signed 10 >input
	fetch 3 -j 3
	has errors 'No space left on device'
	same "$(told success '')" "$(find out/c -name '*.mp4' | wc -l)"
	[ "$(told failed disk_full)" -ge 1 ]
	# Each line that was taken has its result, and no other was taken.
	same "$(jq -r .path results | sort | uniq -d)" ''
	same "$(grep -c GET requests)" "$(($(wc -l <results)))"
	jq -es 'all(.status == "success" or (.retryable and .attempt == null))' results
	rm out/others
	fetch 0
	whole 3M 10
}
claim "a full disk parks what runs, has the results of what was taken, and ends with 3; with room it goes on" full

plan_without_room() {
	real_tools
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	origin --size 20k
	# A plan has the lines of the catalogue, which are long here; a note is short.
	signed 40 | sed "s/}\$/,\"title\":\"$(printf %03000d 0)\"}/" >source.ndjson
	mkdir -p out/.tf-bulk
	mount -t tmpfs -o size=2M tmpfs out/.tf-bulk
	trap 'umount --lazy out/.tf-bulk' EXIT
	ends 0 "$BULK" run -o out -y source.ndjson --file-hash sha256 --sync none
	for number in $(seq 10); do printf X | dd of="out/c/$number.mp4" bs=1 seek=15000 conv=notrunc 2>/dev/null; done
	head -c "$(($(df --output=avail -k out/.tf-bulk | tail -n 1) - 24))k" /dev/zero >out/.tf-bulk/others
	ends 3 "$BULK" verify -o out --deep 2>errors
	has errors "rotten.ndjson': cannot be written"
	[ ! -e out/.tf-bulk/rotten.ndjson.new ]
	whole_names=$(find out/c -name '*.mp4' | wc -l)
	same "$whole_names" 40
	rm out/.tf-bulk/others
	# Those that it found whole are not read again.
	ends 1 "$BULK" verify -o out --deep 2>errors
	has errors "goes on behind 30 files that a check found whole"
	has errors "10 records queued again"
	same "$(find out/c -name '*.rotten' | wc -l)" 10
	[ ! -e out/.tf-bulk/checked.ndjson ]
	ends 0 "$BULK" run -o out -y source.ndjson --sync none
	rm out/c/*.rotten
	whole 20k 40
}
claim "a deep check that finds no room for what it has found is soon done again, where there is some" plan_without_room

# few_inodes N: a file system of so many inodes at `out`.
few_inodes() {
	mkdir out
	mount -t tmpfs -o "size=40M,nr_inodes=$1" tmpfs out
	trap 'umount --recursive --lazy out' EXIT
}

inodes() {
	real_tools
	few_inodes 20
	origin --size 20k
	signed 40 >input
	fetch 3 -j 1 --sync none
	has errors 'No space left on device: no inodes are left: remove files'
	has results 'no inodes are left'
}
claim "a disk with room but without inodes is said to lack these" inodes

inodes_of_the_driver() {
	few_inodes 60
	records 5 >source.ndjson
	ends 0 "$BULK" run -y --sync none -o out source.ndjson >errors 2>&1
	seq 60 | (cd out && xargs touch) 2>/dev/null || :
	records 6 >source.ndjson
	ends 3 "$BULK" run -y --sync none -o out source.ndjson >errors 2>&1
	has errors "catalog.ndjson.new': cannot write it: No space left on device: no inodes are left: remove files, the last"
	lacks errors 'no record was found'
	same "$(wc -l <out/.tf-bulk/catalog.ndjson)" 5
	"$BULK" status -o out >status
	has status 'free, no inodes left'
	"$BULK" doctor -o out source.ndjson >doctor 2>&1 || :
	has doctor "no inodes are left, which 'df -i' counts"
}
claim "a catalogue that finds no inode is not blamed on the source, and status and doctor tell the cause" inodes_of_the_driver

kept_free() {
	real_tools
	disk 8M
	origin --size 1M --rate 4M
	signed 20 >input
	fetch 3 -j 1 --min-free 3M
	has errors '--min-free'
	[ "$(df --output=avail -k out | tail -n 1)" -ge 2048 ]
	same "$(told failed disk_full)" 1
}
claim "--min-free is left to others, up to the file that was under way" kept_free

full_of_results() {
	real_tools
	disk 1M
	origin --size 20k
	# Seven pages are left: enough for one file and the first results.
	head -c $(((256 - 7) * 4096)) /dev/zero >out/others
	mkdir elsewhere
	signed 400 | sed 's/}$/,"title":"'"$(printf '%0200d' 0)"'"}/' >input
	ended=0
	"$TF_TOOLS/tf-fetch" -o elsewhere --min-free 0 --sync none --progress none <input >out/results 2>errors || ended=$?
	same "$ended" 3
	has errors 'No space left on device'
	rm out/others
	ended=0
	"$TF_TOOLS/tf-fetch" -o elsewhere --min-free 0 --sync none --progress none <input >>out/results 2>errors || ended=$?
	same "$ended" 0
	# The line that was torn is on its own, and each path has a result after it.
	same "$(jq -rR 'fromjson? | select(.status == "success" or .status == "skipped") | .path' out/results | sort -u | wc -l)" 400
}
claim "results that find no room end the run with 3, and a torn line spoils no other" full_of_results

read_only() {
	real_tools
	disk 8M
	origin --size 20k
	signed 1 | sed 's|"c/|"ro/|' >input
	mkdir out/ro
	mount --bind out/ro out/ro
	mount -o remount,bind,ro out/ro
	signed 1 >>input
	fetch 1
	has errors "folder 'ro': Read-only file system"
	same "$(told failed no_access)" 1
	same "$(told success '')" 1
	mount -o remount,bind,rw out/ro
	fetch 0
	mount -o remount,bind,ro out
	signed 1 >input
	fetch 2
	has errors 'choose another folder with --output'
}
claim "a read-only folder fails its own files, and a read-only output folder is refused" read_only

vanished() {
	real_tools
	disk 8M
	origin --size 60k --fault '*:slow=100k*1'
	signed 3 >input
	fetch 1 &
	fetching=$!
	timeout 60 sh -c 'until grep -c GET requests | grep -qx 3; do sleep 0.02; done'
	rm -r out/c
	wait "$fetching"
	same "$(told success '')" 0
	same "$(jq -r .path results | sort -u | wc -l)" 3
	fetch 0
	whole 60k 3
}
claim "a transfer whose folder is removed does not succeed, and the next run makes the folder again" vanished

few_descriptors() {
	real_tools
	disk 40M
	origin --size 2k
	signed 400 >input
	# Each sync takes a second, as one of a busy disk may: finished files pile up meanwhile.
	ended=0
	prlimit --nofile=256 \
		strace -f --seccomp-bpf -qq -e signal=none -e trace=syncfs -e inject=syncfs:delay_enter=1000000 -o /dev/null \
		"$TF_TOOLS/tf-fetch" -o out --progress none --min-free 0 -j 8 <input >results 2>errors || ended=$?
	same "$ended" 0
	same "$(told success '')" 400
}
strace -o /dev/null true 2>/dev/null || skip "this user may not trace its own processes"
claim "files that wait for a slow disk never use up the descriptors" few_descriptors
