# shellcheck shell=sh
# One job on one, two and three hosts, each behind a line of 100 Mbit/s of its own: as root only.
if [ "$(id -u)" -ne 0 ]; then
	echo '### A fleet: skipped, since only root can make its lines'
	return
fi
# shellcheck source=scripts/bench.d/lab.sh
. "$PARTS/lab.sh"
lab_open
trap 'lab_close; rm -rf -- "$WORK"' EXIT
lab_origin 16k "${FLEET_SIZE:-20M}"
for host in 1 2 3; do lab_host "$host"; done
bytes=$(stat -c %s "$LAB/large.mp4")

echo "### A fleet: files of 20 MiB over 100 Mbit/s for each host"
echo
echo '| hosts | workers each | files | seconds | Mbit/s of payload | of the lines |'
echo '| ---: | ---: | ---: | ---: | ---: | ---: |'
for workers in ${FLEET_WORKERS:-1 2}; do
	for hosts in 1 2 3; do
		files=$((${FLEET_FILES:-40} * hosts))
		lab_records large "$files" >"$LAB/catalog.ndjson"
		: >"$LAB/hosts"
		for host in $(seq "$hosts"); do lab_line "$host" "$workers" >>"$LAB/hosts"; done
		rm -rf "$LAB/out"
		lab_run "$LAB/out" -j 24 || cat "$LAB/errors"
		# From the first request to the last result: the start, and the look at the hosts, are told by the log.
		tf-tally --format json "$LAB/out/.tf-bulk/results.ndjson" | jq -r '.elapsed_seconds' |
			awk -v hosts="$hosts" -v workers="$workers" -v files="$files" -v bytes="$bytes" '{
				rate = files * bytes * 8 / $1 / 1e6
				printf("| %d | %d | %d | %.1f | %.1f | %.2f |\n", hosts, workers, files, $1, rate, rate / 100 / hosts)
			}'
	done
done
lab_close
trap 'rm -rf -- "$WORK"' EXIT
