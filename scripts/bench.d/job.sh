# shellcheck shell=sh
# A whole job of small files, from an origin that answers at once: what tf-bulk costs beside its stages, and what a
# second run costs that has nothing to do, with the journal and without it. JOBS="10000 100000 1000000"

# job_tools: the tools, of which the stages note their processor time in `stages`.
job_tools() {
	mkdir -p "$JOB/tools"
	ln -sf "$PWD"/.build/release/tf-* "$JOB/tools/"
	for tool in tf-sign tf-fetch; do
		rm -f "$JOB/tools/$tool"
		printf '#!/bin/sh\ncommand time -a -o "%s" -f "%%U %%S" "%s" "$@"\n' \
			"$JOB/stages" "$PWD/.build/release/$tool" >"$JOB/tools/$tool"
		chmod +x "$JOB/tools/$tool"
	done
}

# job_begin RECORDS: sixty records in each course; a signature holds for a course.
job_begin() {
	JOB=$(mktemp -d /dev/shm/tf-bench.XXXXXX)
	job_tools
	awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++)
		printf "{\"course_id\":%d,\"course_title\":\"Blues Guitar Fundamentals %d\",\"segment_id\":%d,\"title\":\"A shuffle in E, slowly\",\"position\":%d,\"key\":\"c/%d/%d.mp4\",\"path\":\"c/%d/%d.mp4\"}\n", i / 60, i / 60, i, i % 60 + 1, i / 60, i % 60 + 1, i / 60, i % 60 + 1
	}' >"$JOB/source.ndjson"
	openssl genrsa -out "$JOB/key.pem" 2048 2>/dev/null
	setpriv --pdeathsig TERM .build/release/tf-origin --port-file "$JOB/port" --size 2k >/dev/null 2>&1 &
	JOB_ORIGIN=$!
	until [ -s "$JOB/port" ]; do sleep 0.1; done
}

job_end() {
	[ -z "${JOB_ORIGIN:-}" ] || kill "$JOB_ORIGIN" 2>/dev/null || true
	rm -rf -- "${JOB:?}"
}

# job_row RECORDS WHAT: runs the job once, to its end.
job_row() {
	: >"$JOB/stages"
	: >"$JOB/whole"
	timed "$JOB/whole" "TF_TOOLS='$JOB/tools' TF_PRIVATE_KEY='$JOB/key.pem' TF_KEY_PAIR_ID=KBENCH TF_SCOPE=course \
		TF_BASE_URL=http://127.0.0.1:$(cat "$JOB/port") scripts/tf-bulk run --yes --progress none -o '$JOB/out' '$JOB/source.ndjson'"
	stages=$(awk '{ sum += $1 + $2 } END { print sum }' "$JOB/stages")
	awk -v records="$1" -v what="$2" -v stages="$stages" '
		{ printf "| %d | %s | %.2f s | %.2f s | %.2f s | %.1f |\n", records, what, $1, stages, $2 - stages, ($2 - stages) / records * 1e6 }
	' "$JOB/whole"
}

echo '### A job of files of 2 KiB, and the same again'
echo '| records | run | wall | CPU of tf-sign and tf-fetch | CPU of all else | of that for a record, µs |'
echo '| --- | --- | --- | --- | --- | --- |'
for records in ${JOBS:-10000 100000 1000000}; do
	(
		trap job_end EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM
		job_begin "$records"
		job_row "$records" 'all to be fetched'
		job_row "$records" 'nothing to do'
		rm "$JOB/out/.tf-bulk/results.ndjson"
		job_row "$records" 'nothing to do, journal lost'
	)
done
