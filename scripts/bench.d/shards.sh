# shellcheck shell=sh
# What the driver of a fleet costs: a million records by 20 workers here that fetch nothing, in 200 shards a round. With
# SHARD_WORKERS=100 there are a thousand, and with SHARD_ROUND=1000000 all of them are in the first round.
shards=$WORK/shards
mkdir -p "$shards/tools"
for tool in tf-catalog tf-fetch tf-files tf-queue tf-tally; do
	ln -s "$(command -v "$tool")" "$shards/tools/"
done
printf '#!/bin/sh\nexec cat\n' >"$shards/tools/tf-sign"
rm "$shards/tools/tf-fetch"
cat >"$shards/tools/tf-fetch" <<-END
	#!/bin/sh
	case \$* in *--version* | *--help*) exec $(command -v tf-fetch) "\$@" ;; esac
	exec sed 's/}\$/,"status":"success","bytes":1000,"attempt":1,"finished_at":1795800000}/'
END
printf '#!/bin/sh\ncase $* in *--version*) exec tf-queue --version ;; esac\nexec cat\n' >"$shards/tools/tf-sign"
chmod +x "$shards"/tools/*
records=${SHARD_RECORDS:-1000000}
seq "$records" | sed 's|.*|{"path":"c/&.mp4","key":"k&"}|' >"$shards/catalog.ndjson"
workers=${SHARD_WORKERS:-20}
echo "$workers/:" >"$shards/hosts"

# The driver's own copy, where the first round may take more.
cp -r scripts/tf-bulk scripts/tf-bulk.d "$shards/"
[ -z "${SHARD_ROUND:-}" ] ||
	sed -i "s/ROUND_LEAST=\$((1000 \* SLOTS))/ROUND_LEAST=$SHARD_ROUND/" "$shards/tf-bulk.d/lib/hosts-round.sh"

echo "### $records records by $workers workers that do nothing"
echo
/usr/bin/time -f '%e s, %U s and %S s of processor time of all' -o "$shards/time" env TF_TOOLS="$shards/tools" \
	"$shards/tf-bulk" run --yes -o "$shards/out" --hosts "$shards/hosts" -j "$workers" --progress none "$shards/catalog.ndjson" \
	>"$shards/output" 2>"$shards/errors" &
run=$!
peak=0 driver_peak=0 queue_peak=0
# memory PROCESS MOST: the more of what it has taken at most, and of MOST, in KiB.
memory() {
	now=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/${1:-0}/status" 2>/dev/null) || now=0
	[ "${now:-0}" -gt "$2" ] || now=$2
	echo "$now"
}
while kill -0 "$run" 2>/dev/null; do
	engine=$(cat "$shards/out/.tf-bulk/hosts/engine" 2>/dev/null) || engine=''
	driver=$(head -n 1 "$shards/out/.tf-bulk/lock" 2>/dev/null) || driver=''
	peak=$(memory "$engine" "$peak")
	driver_peak=$(memory "$driver" "$driver_peak")
	for tool in $(pgrep -P "${driver:-0}" tf-queue) $(pgrep -P "${driver:-0}" tf-tally); do queue_peak=$(memory "$tool" "$queue_peak"); done
	sleep 1
done
wait "$run" || cat "$shards/errors"
cat "$shards/time"
echo "at most: the driver $((driver_peak / 1024)) MB, GNU parallel $((peak / 1024)) MB, tf-queue or tf-tally $((queue_peak / 1024)) MB"
echo "$(wc -l <"$shards/out/.tf-bulk/results.ndjson") results"
rm -rf "$shards"
