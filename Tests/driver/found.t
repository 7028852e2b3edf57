#!/bin/sh
# What is on the disk already is found before anything is signed.
. "$DRIVER_TESTS/lib.sh"

# real: the tools themselves, but for a tf-sign that keeps what it is to sign in `signed`; and a key.
real() {
	real_tools
	openssl genrsa -out key.pem 2048 2>/dev/null
	fake tf-sign <<-EOF
		[ "\$*" = "\${*#*--go-on}" ] || exec sh -c 'tee -a signed | "$REAL_TOOLS/tf-sign" "\$@"' sh "\$@"
		exec "$REAL_TOOLS/tf-sign" "\$@"
	EOF
	origin --size 2k
	TF_PRIVATE_KEY=key.pem
	TF_KEY_PAIR_ID=K1
	TF_BASE_URL=$URL
	export TF_PRIVATE_KEY TF_KEY_PAIR_ID TF_BASE_URL
}

# there N…: files of these numbers are on the disk.
there() {
	mkdir -p out/c
	for number; do
		"$TF_TOOLS/tf-origin" --size 2k --print "/k$number" >"out/c/$number.mp4"
	done
}

# outcomes STATUS: how many records have it.
outcomes() {
	"$TF_TOOLS/tf-queue" --state "$1" out/.tf-bulk/catalog.ndjson out/.tf-bulk/results.ndjson | wc -l
}

nothing_signed() {
	real
	records 30 >source.ndjson
	# shellcheck disable=SC2046 # numbers
	there $(seq 30)
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "files that are there are looked for"
	has errors "there 30 (60.0 KiB), to do 0"
	[ ! -e signed ]
	same "$(outcomes skipped)" 30
	[ ! -s requests ]
	[ ! -e out/.tf-bulk/found.ndjson ]
	# With the journal there, neither.
	ends 0 "$BULK" run -y -o out source.ndjson 2>errors
	lacks errors "looked for"
	lines out/.tf-bulk/results.ndjson 30
	[ ! -e signed ]
}
claim "where all files are there and the journal is lost, nothing is signed and nothing asked for" nothing_signed

only_what_is_missing() {
	real
	records 30 >source.ndjson
	# shellcheck disable=SC2046 # numbers
	there $(seq 2 29)
	truncate -s 1500 out/c/5.mp4
	ends 0 "$BULK" run -y -o out source.ndjson
	lines signed 3
	same "$(outcomes success)" 3
	same "$(outcomes skipped)" 27
	whole 2k 30
}
claim "what is missing or not whole is fetched, and nothing else" only_what_is_missing

nothing_to_do() {
	real
	records 30 >source.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson >table
	stat -c '%i %z' out/.tf-bulk/catalog.ndjson out/.tf-bulk/stats.json out/.tf-bulk/results.ndjson >before
	ends 0 "$BULK" run -y -o out source.ndjson >again
	stat -c '%i %z' out/.tf-bulk/catalog.ndjson out/.tf-bulk/stats.json out/.tf-bulk/results.ndjson | cmp - before
	cmp table again
	lines signed 30
	# Statistics that lack a result are made again, whatever their time says.
	sed 's/"success":30/"success":29/' out/.tf-bulk/stats.json >changed
	cat changed >out/.tf-bulk/stats.json
	ends 0 "$BULK" run -y -o out source.ndjson >again
	cmp table again
	# And those of another catalogue, or of fewer tries.
	ends 0 "$BULK" run -y -o out source.ndjson -- head -n 29 >again
	has again "29  100.0 %"
	"$TF_TOOLS/tf-queue" --append-to out/.tf-bulk/results.ndjson - <<-'EOF'
		{"path":"c/3.mp4","status":"queued"}
		{"path":"c/3.mp4","status":"failed","error":"server_error","retryable":true,"attempt":3}
	EOF
	rm out/c/3.mp4
	ends 1 "$BULK" run -y -o out --tries 3 source.ndjson -- head -n 29 >again
	lines signed 30
	ends 1 "$BULK" run -y -o out --tries 2 source.ndjson -- head -n 29 >again
	ends 0 "$BULK" run -y -o out source.ndjson -- head -n 29 >again
	lines signed 31
}
claim "a run with nothing to do changes neither catalogue nor statistics, unless they are of something else" nothing_to_do

# without_times FILE
without_times() {
	sed 's/"finished_at":[0-9.]*/"finished_at":0/' "$1" | sort
}

same_results() {
	real_tools
	openssl genrsa -out key.pem 2048 2>/dev/null
	origin --size 2k
	there 1 2 3 4 5
	mkdir out/c/6.mp4 elsewhere
	cp out/c/1.mp4 elsewhere/
	ln -s ../../elsewhere/1.mp4 out/c/7.mp4
	ln -s ../elsewhere out/linked
	truncate -s 1500 out/c/3.mp4
	cat >catalog <<-EOF
		{"n":1.0,"course_id":1,"course_title":"Bl\\u00fces","path":"c/1.mp4","key":"k1"}
		{"path":"c/renamed.mp4","url":"$URL/k2","aliases":["../x","c/2.mp4"],"attempt":2, "title":"t"}
		{"path":"c/3.mp4","key":"k3"}
		{"path":"c/4.mp4","key":"k4","size":2048,"status":"failed","error":"old","message":"m","bytes":1}
		{"path":"c/5.mp4","key":"k5","size":7}
		{"path":"c/6.mp4","key":"k6"}
		{"path":"c/7.mp4","key":"k7"}
		{"path":"linked/1.mp4","key":"k1"}
	EOF
	"$TF_TOOLS/tf-sign" --private-key key.pem --key-pair-id K1 --base-url "$URL" <catalog |
		"$TF_TOOLS/tf-fetch" -o out --allow-host other.example --progress none >fetched 2>/dev/null || true
	grep '"status":"skipped"' fetched >skipped
	"$TF_TOOLS/tf-catalog" --plan catalog >plan
	"$TF_TOOLS/tf-files" --plan plan --found found -o out catalog >/dev/null
	lines found 3
	without_times skipped >wanted
	without_times found | cmp - wanted
}
claim "the results are those of tf-fetch, byte for byte but for the time; links and folders are not files" same_results

torn() {
	real
	records 3 >source.ndjson
	there 1 2 3
	mkdir -p out/.tf-bulk
	printf '{"path":"c/1.mp4","status":"succ' >out/.tf-bulk/results.ndjson
	ends 0 "$BULK" run -y -o out source.ndjson
	same "$(outcomes skipped)" 3
	lines out/.tf-bulk/results.ndjson 4
}
claim "what was found goes to a line of its own, behind a torn one" torn

killed() {
	real
	records 2000 >source.ndjson
	mkdir -p out/c
	"$TF_TOOLS/tf-origin" --size 2k --print /k >video
	seq 2000 | sed 's|.*|out/c/&.mp4|' | xargs -n 1 ln video
	# Killed before, while and after what was found is put into the journal.
	for tool in tf-files tf-queue; do
		for moment in 0 0.01 0.05; do
			rm -f out/.tf-bulk/results.ndjson
			fake "$tool" <<-EOF
				case "\$*" in
				*--found* | *--append-to*)
					"$REAL_TOOLS/$tool" "\$@" &
					sleep $moment
					kill -KILL \$! \$(cat driver)
					exit
					;;
				esac
				exec "$REAL_TOOLS/$tool" "\$@"
			EOF
			sh -c 'echo $$ >driver; exec "$@"' sh "$BULK" run -y -o out source.ndjson >/dev/null 2>&1 || true
			ln -sf "$REAL_TOOLS/$tool" "$TF_TOOLS/$tool"
			ends 0 "$BULK" run -y -o out source.ndjson >/dev/null
			same "$(outcomes skipped)" 2000
			[ ! -e out/.tf-bulk/found.ndjson ]
		done
	done
	[ ! -e signed ]
}
claim "a run that was killed while it looked, or while it wrote what it had found, is made up for by the next" killed

locked() {
	real
	records 3 >source.ndjson
	there 1 2 3
	mkfifo began
	fake tf-queue <<-EOF
		case "\$*" in
		*--append-to*)
			trap '' TERM
			echo \$\$ >began
			timeout 60 sh -c 'until [ -e finish ]; do sleep 0.1; done'
			;;
		esac
		exec "$REAL_TOOLS/tf-queue" "\$@"
	EOF
	"$BULK" run -y -o out source.ndjson >/dev/null 2>&1 </dev/null &
	run=$!
	read -r process <began
	kill -KILL "$run"
	wait "$run" || true
	flock -E 75 -n out/.tf-bulk/lock true || same "$?" 75
	touch finish
	timeout 60 tail --pid="$process" -f /dev/null
	timeout 60 flock out/.tf-bulk/lock true
	same "$(outcomes skipped)" 3
}
claim "what writes the journal holds the lock, even when the driver was killed" locked

stopped() {
	real
	records 3 >source.ndjson
	there 1 2
	mkfifo began
	fake tf-files <<-EOF
		case "\$*" in
		*--found*)
			echo begun >began
			exec sleep 60
			;;
		esac
		exec "$REAL_TOOLS/tf-files" "\$@"
	EOF
	"$BULK" run -y -o out source.ndjson >/dev/null 2>errors </dev/null &
	run=$!
	read -r _ <began
	kill -USR1 "$run"
	wait "$run" || true
	has errors "stopped, as asked"
	[ ! -e signed ]
	ln -sf "$REAL_TOOLS/tf-files" "$TF_TOOLS/tf-files"
	ends 0 "$BULK" run -y -o out source.ndjson
	lines signed 1
}
claim "stop ends a look that takes long, and the next run looks again" stopped

vanished() {
	real
	records 3 >source.ndjson
	there 1 2
	# The question is answered when one of the files is gone.
	mkfifo typed
	(
		exec 3>typed
		timeout 60 sh -c 'until grep -q "Download?" shown; do sleep 0.1; done' 2>/dev/null
		rm out/c/2.mp4
		echo y >&3
		timeout 60 sh -c 'until grep -q "status 0" shown; do sleep 0.1; done'
	) &
	cat >typing <<-EOF
		"$BULK" run -o out source.ndjson
		echo "status \$?"
	EOF
	# shellcheck disable=SC2094 # script writes the terminal's text, and reads what is typed
	script -qfec 'sh ./typing' shown <typed >/dev/null
	wait $!
	lines signed 2
	whole 2k 3
}
claim "a file that vanishes before the question is answered is fetched" vanished
