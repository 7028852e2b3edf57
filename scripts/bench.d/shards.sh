# shellcheck shell=sh
# What the driver of a fleet costs: a million records in some thousand shards, by 20 workers here that fetch nothing.
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
echo '20/:' >"$shards/hosts"

echo "### $records records by 20 workers that do nothing"
echo
/usr/bin/time -f '%e s, %U s and %S s of processor time of all' -o "$shards/time" env TF_TOOLS="$shards/tools" \
	scripts/tf-bulk run --yes -o "$shards/out" --hosts "$shards/hosts" -j 20 --progress none "$shards/catalog.ndjson" \
	>"$shards/output" 2>"$shards/errors" &
run=$!
peak=0
while kill -0 "$run" 2>/dev/null; do
	engine=$(cat "$shards/out/.tf-bulk/hosts/engine" 2>/dev/null) || engine=''
	now=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/${engine:-0}/status" 2>/dev/null) || now=0
	[ "${now:-0}" -le "$peak" ] || peak=$now
	sleep 1
done
wait "$run" || cat "$shards/errors"
cat "$shards/time"
echo "GNU parallel: $((peak / 1024)) MB at most"
echo "$(wc -l <"$shards/out/.tf-bulk/results.ndjson") results"
rm -rf "$shards"
