#!/bin/sh
# Jobs whose files go on to S3, by moto's server, over a network that cuts connections.
. "$DRIVER_TESTS/lib.sh"

python=$DRIVER_TESTS/../../.build/peers/bin/python
"$python" -c 'import moto.server' 2>/dev/null || python=python3
# Where scripts/bootstrap has installed it, its lack is a failure.
[ -n "${DRIVER_PEERS:-}" ] || "$python" -c 'import moto.server' 2>/dev/null || skip "moto is not installed"
command -v rclone >/dev/null || skip "rclone is not installed"

# store: the bucket `videos`, which rclone calls `s3:` over the faulty network and `own:` without it, and an origin of files of
# 20 KiB.
store() {
	real_tools
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	origin --size 20k
	setpriv --pdeathsig TERM "$python" "$DRIVER_TESTS/../peers/s3_with_faults.py" ports >moto 2>&1 &
	timeout 60 sh -c 'until [ -s ports ]; do sleep 0.05; done' || cat moto
	read -r network own <ports
	RCLONE_CONFIG=/dev/null
	export RCLONE_CONFIG
	# What rclone reads as well.
	unset AWS_CA_BUNDLE AWS_PROFILE AWS_SESSION_TOKEN
	for remote in "S3 $network" "OWN $own"; do
		name=RCLONE_CONFIG_${remote% *}
		export "${name}_TYPE=s3" "${name}_PROVIDER=Other" "${name}_ENDPOINT=http://127.0.0.1:${remote#* }" \
			"${name}_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE" "${name}_SECRET_ACCESS_KEY=secret"
	done
}

# run_begin OPTION…: a run in a process group of its own, RUN.
run_begin() {
	setsid "$BULK" run -y -o out -j 2 --sync none --store s3:videos/v "$@" source.ndjson >shown 2>errors </dev/null &
	RUN=$!
}

# stored_lines: how many lines of the journal say that a file is in the store.
stored_lines() {
	{ grep -s '"stored"' out/.tf-bulk/results.ndjson || true; } | wc -l
}

# comes N: until N more files are in the store than there were BEFORE.
comes() {
	looks=1200
	until [ "$(stored_lines)" -ge $((BEFORE + $1)) ]; do
		kill -0 "$RUN" 2>/dev/null || {
			cat errors
			return 1
		}
		sleep 0.05
		looks=$((looks - 1))
		[ "$looks" -gt 0 ]
	done
}

# all_stored N: the bucket has N whole files and nothing else, and every record of the journal is done.
all_stored() {
	rclone copy own:videos/v copied
	for number in $(seq "$1"); do
		"$TF_TOOLS/tf-origin" --size 20k --print "/k$number" | cmp - "copied/c/$number.mp4"
	done
	same "$(find copied -type f | wc -l)" "$1"
	same "$(find out -name '*.mp4' | wc -l)" 0
	same "$("$TF_TOOLS/tf-queue" --state success --state skipped out/.tf-bulk/catalog.ndjson out/.tf-bulk/results.ndjson |
		wc -l)" "$1"
}

killed() {
	store
	signed 300 >source.ndjson
	most=0
	# 6 MB in all, in a spool of less than a tenth of that.
	for part in 40 25 60; do
		BEFORE=$(stored_lines)
		run_begin --rate-limit 1M --spool-size 550k
		comes "$part"
		now=$(find out/.tf-bulk/spool -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')
		[ "$now" -le "$most" ] || most=$now
		# All of it: driver, tools and rclone.
		kill -KILL -"$RUN"
		wait "$RUN" || true
	done
	ends 0 "$BULK" run -y -o out -j 2 --sync none --spool-size 550k --store s3:videos/v source.ndjson 2>errors
	all_stored 300
	# What tf-fetch had begun before it was held back may come on top.
	[ "$most" -le 1100000 ] || {
		echo "there were $most bytes in the spool"
		return 1
	}
	# Of each killed run at most what it had in hand is fetched again: transfers, and files whose lines were not written.
	[ "$(grep -c GET requests)" -le 360 ]
}
claim "killed at any moment, over a network that cuts connections and by a small spool, every file is in S3 once" killed

refused() {
	store
	signed 60 >source.ndjson
	BEFORE=0
	run_begin --rate-limit 400k
	comes 10
	: >refuse
	status=0
	wait "$RUN" || status=$?
	same "$status" 3
	has errors "check the store's key"
	has out/.tf-bulk/results.ndjson '"error":"store_refused"'
	# What was fetched by then is in the spool.
	before=$(grep -c GET requests)
	[ "$(find out/.tf-bulk/spool -name '*.mp4' | wc -l)" -gt 0 ]
	rm refuse
	ends 0 "$BULK" run -y -o out -j 2 --store s3:videos/v source.ndjson 2>errors
	all_stored 60
	same "$(jq -r 'select(.attempt > 1) | .path' out/.tf-bulk/results.ndjson)" ''
	# But for the two transfers that were cut off.
	[ "$(grep -c GET requests)" -le 62 ] && [ "$before" -lt 60 ]
}
claim "what was fetched when the store refused for good costs no try, and is sent by the next run without being fetched again" refused
