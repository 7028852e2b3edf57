# shellcheck shell=sh
# The web's answers over loopback while a run downloads: 100,000 segments, of 1,700 courses and of 60,000.

# web_job COURSES: serves a job of this many courses, half of it done, and starts its run, which goes on slowly.
web_job() {
	WEB_JOB=$WORK/web-$1
	mkdir -p "$WEB_JOB/videos/.tf-bulk"
	seq 0 99999 | awk -v courses="$1" '{
		printf "{\"course_id\":%d,\"course_title\":\"Blues Guitar Fundamentals %d\",\"segment_id\":%d,\"title\":\"A shuffle in E, slowly\",\"position\":%d,\"key\":\"blues/%d.mp4\",\"path\":\"truefire-courses/%d/%d.mp4\"}\n", $1 % courses, $1 % courses, $1, $1 / courses + 1, $1, $1 % courses, $1
	}' >"$WEB_JOB/source.ndjson"
	sed -n '1,50000s/}$/,"status":"success","bytes":52428800,"seconds":12.345,"attempt":1,"finished_at":1760000000.123}/p' \
		"$WEB_JOB/source.ndjson" >"$WEB_JOB/videos/.tf-bulk/results.ndjson"
	openssl genrsa -out "$WEB_JOB/key.pem" 2048 2>/dev/null
	chmod 600 "$WEB_JOB/key.pem"
	setpriv --pdeathsig TERM tf-origin --port-file "$WEB_JOB/origin" --size 4M --rate 2M >/dev/null 2>&1 &
	WEB_PROCESSES=$!
	until [ -s "$WEB_JOB/origin" ]; do sleep 0.1; done
	TF_TOOLS='' TF_PRIVATE_KEY=$WEB_JOB/key.pem TF_KEY_PAIR_ID=KBENCH \
		TF_BASE_URL=http://127.0.0.1:$(cat "$WEB_JOB/origin") \
		setpriv --pdeathsig TERM scripts/tf-bulk serve --port "$WEB_PORT" -o "$WEB_JOB/videos" "$WEB_JOB/source.ndjson" \
			2>"$WEB_JOB/told" &
	WEB_PROCESSES="$! $WEB_PROCESSES"
	until grep -q Bearer "$WEB_JOB/told"; do sleep 0.1; done
	curl -sS --fail -o /dev/null "$WEB/download-all-courses"
	# The first statistics and the first transfers.
	until [ -s "$WEB_JOB/videos/.tf-bulk/stats.json" ] && [ -s "$WEB_JOB/videos/.tf-bulk/active.json" ]; do sleep 0.1; done
}

web_job_end() {
	TF_TOOLS='' scripts/tf-bulk stop --now -o "$WEB_JOB/videos" 2>/dev/null || true
	for process in ${WEB_PROCESSES:-}; do
		kill -TERM "$process" || true
		wait "$process" 2>/dev/null || true
	done
}

# web_row COURSES PATH REQUESTS: this many in turn on one connection. `_` is only for curl's globbing.
web_row() {
	curl -sS -o /dev/null -w '%{time_total} %{size_download} %{http_code}\n' "$WEB/$2?_=[1-$3]" >"$WORK/requests"
	sort -n "$WORK/requests" | awk -v courses="$1" -v path="$2" '
		$3 == 200 { time[++n] = $1 * 1000; size = $2 }
		END { printf "| %s | %s | %.1f | %.1f | %.1f | %d |\n", courses, path, time[int(n / 2)], time[int(n * 0.95)], time[n], size / 1024 }'
}

WEB_PORT=${WEB_PORT:-8899}
WEB=http://127.0.0.1:$WEB_PORT/truefire-courses
echo '### Answers of the web while a run downloads, 100,000 segments'
echo '| courses | answer | median, ms | p95, ms | longest, ms | KiB |'
echo '| --- | --- | --- | --- | --- | --- |'
for courses in 1700 60000; do
	(
		trap web_job_end EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM
		web_job "$courses"
		for path in bulk-download-status bulk-download-stats bulk-queue-status progress courses; do
			web_row "$courses" "$path" $((courses > 2000 ? 40 : 300))
		done
	)
done
