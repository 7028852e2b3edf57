#!/bin/sh
# Jobs whose files go on to a store, through rclone.
. "$DRIVER_TESTS/lib.sh"

# store OPTION…: `rclone serve webdav` over the folder `store`, which rclone calls `dav:`, and an origin of files of 20 KiB.
store() {
	real_tools
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	origin --size 20k
	mkdir -p store
	RCLONE_CONFIG=/dev/null setpriv --pdeathsig TERM rclone serve webdav --addr 127.0.0.1:0 --dir-cache-time 0s "$@" store 2>served &
	timeout 60 sh -c 'until grep -q http: served; do sleep 0.05; done'
	RCLONE_CONFIG=/dev/null
	RCLONE_CONFIG_DAV_TYPE=webdav
	RCLONE_CONFIG_DAV_URL=$(grep -o 'http:[^ ]*' served)
	export RCLONE_CONFIG RCLONE_CONFIG_DAV_TYPE RCLONE_CONFIG_DAV_URL
}

# stored N: the store has N whole files and nothing else, and the spool is empty.
stored() {
	for number in $(seq "$1"); do
		"$TF_TOOLS/tf-origin" --size 20k --print "/k$number" | cmp - "store/v/c/$number.mp4"
	done
	same "$(find store -type f | wc -l)" "$1"
	same "$(find out -name '*.mp4' | wc -l)" 0
}

whole_job() {
	store
	signed 30 >source.ndjson
	ends 0 "$BULK" run -y -o out --store dav:v source.ndjson >shown 2>errors
	stored 30
	has errors "the files are in 'dav:v'"
	same "$(grep -c '"stored":"dav:v"' out/.tf-bulk/results.ndjson)" 30
	# Whoever looks at the job later need not name the store.
	ends 0 "$BULK" status -o out >shown
	has shown "store  'dav:v'"
	ends 0 "$BULK" plan -o out >shown
	has shown "'dav:v', which the files go on to"
	ends 0 "$BULK" verify -o out
	ends 0 "$BULK" report -o out >report
	has "$(cat report)" "dav:v"
	rm store/v/c/7.mp4
	truncate -s 5 store/v/c/8.mp4
	ends 1 "$BULK" verify -o out >shown
	has shown "missing      1"
	has shown "short        1"
	ends 0 "$BULK" run -y -o out --store dav:v source.ndjson
	stored 30
	# Before anything is looked at.
	fake tf-files <<-'EOF'
		echo "$*" >>looked
	EOF
	ends 2 "$BULK" verify -o out --set-aside aside 2>errors
	has errors "nothing is set aside there"
	[ ! -e looked ]
}
claim "a job's files go to the store, where verify finds what is missing, and run sends it again" whole_job

journal_lost() {
	store
	signed 20 | sed 's/}$/,"size":20480}/' >source.ndjson
	ends 0 "$BULK" run -y -o out --store dav:v source.ndjson
	rm -r out
	: >requests
	ends 0 "$BULK" run -y -o out --store dav:v source.ndjson 2>errors
	has errors "there 20 (400.0 KiB), to do 0"
	[ ! -s requests ]
	lines out/.tf-bulk/results.ndjson 20
	ends 0 "$BULK" verify -o out
}
claim "where the journal is lost, what the store has is found by one listing, and not fetched again" journal_lost

killed() {
	store
	signed 40 >source.ndjson
	"$BULK" run -y -o out --rate-limit 60k --store dav:v source.ndjson >shown 2>&1 </dev/null &
	run=$!
	timeout 60 sh -c 'until grep -qs stored out/.tf-bulk/results.ndjson; do sleep 0.02; done' || cat shown
	kill -KILL "$run"
	ends 0 "$BULK" run -y -o out --store dav:v source.ndjson 2>errors
	stored 40
	same "$("$TF_TOOLS/tf-queue" --state success --state skipped out/.tf-bulk/catalog.ndjson out/.tf-bulk/results.ndjson |
		wc -l)" 40
}
claim "killed in its midst, the same command completes the job, and every file is there once" killed

small_spool() {
	store
	signed 200 >source.ndjson
	# 4 MB in all, in a spool of a fifth part.
	ends 0 "$BULK" run -y -o out -j 2 --sync none --rate-limit 1M --store dav:v --spool-size 800k source.ndjson &
	job=$!
	most=0
	while kill -0 "$job" 2>/dev/null; do
		now=$(find out/.tf-bulk/spool -type f -printf '%s\n' 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }')
		[ "$now" -le "$most" ] || most=$now
		sleep 0.05
	done
	wait "$job"
	stored 200
	# It is small for files of this size: what tf-fetch had begun before it was held back may come on top.
	[ "$most" -le 1600000 ] || {
		echo "there were $most bytes in the spool"
		return 1
	}
}
claim "a library goes through a spool that is much smaller" small_spool

refused() {
	store --read-only
	signed 5 >source.ndjson
	ends 3 "$BULK" run -y -o out --store dav:v source.ndjson 2>errors
	has errors "tf-store: 'dav:v': no file can be written: "
	[ ! -s requests ] && [ ! -e out ]
	ends 2 "$BULK" run -y -o out --store nowhere:v source.ndjson 2>errors
	has errors "tf-store: 'nowhere:v': didn't find section in config file"
	ends 2 "$BULK" run -y -o out --store 'dav,pass=hush:v' source.ndjson 2>errors
	has errors "options in a remote's name can be seen by others"
	lacks errors hush
	[ ! -s requests ] && [ ! -e out ]
}
claim "a store that is read-only, unknown or named with its password is refused before anything is done" refused

shards() {
	store
	signed 10 >source.ndjson
	ends 0 "$BULK" worker -o out --store dav:v source.ndjson journal
	stored 10
	same "$(grep -c '"stored":"dav:v"' journal)" 10
}
claim "a worker sends its shard's files to the store" shards

shard_fails() {
	store
	signed 2 >source.ndjson
	# One that could not store a file.
	fake tf-store <<-'EOF'
		case " $* " in *' --check '*) exit 0 ;; esac
		sed 's/success/failed/'
		exit 1
	EOF
	ends 1 "$BULK" worker --signed -o out --store dav:v - - <source.ndjson >results
}
claim "a worker whose results are piped tells that files could not be stored" shard_fails
