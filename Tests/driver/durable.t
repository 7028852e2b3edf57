#!/bin/sh
# What is on the disk when a success is told, by the system calls that were made.
. "$DRIVER_TESTS/lib.sh"

strace -o /dev/null true 2>/dev/null || skip "this user may not trace its own processes"

# trace OPTION…: what tf-fetch asks of the system while it fetches 60 files, some of them in pieces.
trace() {
	real_tools
	origin --size 20k..300k --fault '*3:cut*1'
	signed 60 >input
	strace -f -y -qq -s 16384 -e signal=none -e trace='pwrite64,write,syncfs,/^rename' -o calls \
		"$TF_TOOLS/tf-fetch" -o out --progress none --retry-delay 0.01 "$@" <input >results
}

ordered() {
	trace
	awk -f "$DRIVER_TESTS/durable.awk" calls >verdict || { cat verdict && return 1; }
	same "$(cat verdict)" '60 successes'
}
claim "each success is reported after write, sync, rename and sync, in that order" ordered

unordered() {
	trace --sync none
	! awk -f "$DRIVER_TESTS/durable.awk" calls >verdict
	has verdict '1.mp4.part gets its name before its bytes are on the disk'
	has verdict '1.mp4 is told before its name is on the disk'
	has verdict '60 successes'
}
claim "--sync none leaves both syncs out, and the same look at the calls tells" unordered
