#!/bin/sh
# Bit rot is found by the hashes of the journal, and manifests are those that other programs check.
. "$DRIVER_TESTS/lib.sh"

# library N: a job of N videos that were hashed as they came.
library() {
	real_tools
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	origin --size 20k
	signed "$1" >source.ndjson
	ends 0 "$BULK" run -o out -y source.ndjson --file-hash sha256
}

# rot N: a byte of its pictures turns.
rot() {
	printf X | dd of="out/c/$1.mp4" bs=1 seek=15000 conv=notrunc 2>/dev/null
}

found_by_journal() {
	library 5
	rot 3
	ends 0 "$BULK" verify -o out
	ends 1 "$BULK" verify -o out --deep 2>errors
	has errors "'c/3.mp4': mismatch: the SHA-256 of the bytes is not the journal's 'sha256'"
	has errors "it is now '3.mp4.rotten'"
	has errors "1 record queued again"
	[ ! -e out/.tf-bulk/checked.ndjson ]
	ends 0 "$BULK" run -o out -y source.ndjson --file-hash sha256
	rm out/c/3.mp4.rotten
	whole 20k 5
	ends 0 "$BULK" verify -o out --deep -j 1 --rate-limit 10M
}
claim "verify --deep finds a rotten file by the journal's hash, and the next run fetches it again" found_by_journal

# killed_within N: a deep check of N files that is killed while its catalogue goes on: `checked` has its notes.
killed_within() {
	library "$1"
	mkfifo catalog
	tf-files --deep --checked checked -j 1 -o out catalog out/.tf-bulk/results.ndjson &
	process=$!
	exec 8>catalog
	cat source.ndjson >&8
	timeout 60 sh -c 'until [ -s checked ]; do sleep 0.05; done'
	kill -9 "$process"
	wait "$process" || :
	exec 8>&-
	kept=$(grep -c finished_at checked)
	[ "$kept" -ge 50 ]
	rm catalog
}

killed() {
	killed_within 70
	rot 1
	ends 1 tf-files --deep --checked checked -o out source.ndjson out/.tf-bulk/results.ndjson 2>errors >found
	has errors "goes on behind $kept files"
	# One of them has changed since.
	has errors "'c/1.mp4': mismatch"
	has errors "$((70 - kept + 1)) files checked, 1 of them"
	[ ! -e checked ]
}
PATH=$REAL_TOOLS:$PATH
claim "a deep check that was killed goes on behind what it had noted, as far as the files are still the same" killed

goes_on() {
	killed_within 70
	cp checked out/.tf-bulk/checked.ndjson
	ends 0 "$BULK" verify -o out --deep 2>errors
	has errors "goes on behind $kept files"
	[ ! -e out/.tf-bulk/checked.ndjson ]
	# As a version left it that noted less: all files are looked at.
	printf '{"path":"c/1.mp4","finished_at":%s}\n{"path":"c/2' "$(date +%s)" >out/.tf-bulk/checked.ndjson
	rot 1
	rot 2
	ends 1 "$BULK" verify -o out --deep 2>errors
	has errors "'c/1.mp4': mismatch"
	has errors "'c/2.mp4': mismatch"
	[ ! -e out/.tf-bulk/checked.ndjson ]
	ls out/c >shown
	has shown 1.mp4.rotten
	has shown 2.mp4.rotten
}
claim "verify --deep goes on behind what an earlier one has found whole, and begins anew after its end" goes_on

sums() {
	library 5
	ends 0 tf-files --manifest sha256sum -o out source.ndjson out/.tf-bulk/results.ndjson >manifest
	lines manifest 5
	(cd out && sha256sum --check --strict --quiet ../manifest)
	rot 4
	(cd out && ! sha256sum --check --quiet ../manifest) | grep -q 'c/4.mp4: FAILED'
	# Without results the files are read.
	ends 0 tf-files --manifest sha256sum -j 2 -o out source.ndjson >manifest
	(cd out && sha256sum --check --strict --quiet ../manifest)
	rm out/c/2.mp4
	ends 1 tf-files --manifest sha256sum -o out source.ndjson >manifest 2>errors
	has errors "'c/2.mp4': there is no such file"
	lines manifest 4
	printf '%s\n' '{"path":"c/1.mp4","sha256":"n/a"}' >bad.ndjson
	ends 1 tf-files --manifest sha256sum -o out bad.ndjson >manifest 2>errors
	has errors "'c/1.mp4': its record's 'sha256' is not 64 hexadecimal digits"
	lines manifest 0
}
claim "a manifest is checked by sha256sum" sums

# bag_is_whole: by its own lists.
bag_is_whole() {
	(cd bag && sha256sum --check --strict --quiet tagmanifest-sha256.txt)
	sed -e 's/%0A/\\n/g' -e '/\\n/s/^/\\/' -e 's/%25/%/g' -e 's/\\slash/\\\\slash/' -e '/slash/s/^/\\/' \
		bag/manifest-sha256.txt >unescaped
	(cd bag && sha256sum --check --strict --quiet ../unescaped)
}

# bag_is_valid: and by the bagit of PyPI where it is installed.
bag_is_valid() {
	bag_is_whole
	python=$DRIVER_TESTS/../../.build/peers/bin/python
	[ -x "$python" ] || python=python3
	! "$python" -c 'import bagit' 2>/dev/null || "$python" -m bagit --validate bag
}

odd_names() {
	mkdir out
	tf-origin --size 2k --print /a >'out/back\slash.mp4'
	tf-origin --size 2k --print /b >"out/two
	lines.mp4"
	tf-origin --size 2k --print /c >'out/100%.mp4'
	printf '%s\n' '{"path":"back\\slash.mp4"}' '{"path":"two\n\tlines.mp4"}' '{"path":"100%.mp4"}' >source.ndjson
	ends 0 tf-files --manifest sha256sum -o out source.ndjson >manifest
	(cd out && sha256sum --check --strict --quiet ../manifest)
	ends 0 tf-files --manifest bagit --bag bag -o out source.ndjson
	# bagit 1.9.0 does not decode the %25 that RFC 8493, section 2.1.3, asks for.
	bag_is_whole
}
claim "names with a line end, a backslash or a percent sign are in both manifests" odd_names

bag() {
	library 5
	ends 0 tf-files --manifest bagit --bag bag -o out source.ndjson out/.tf-bulk/results.ndjson
	same "$(cat bag/bagit.txt)" "$(printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8')"
	has bag/bag-info.txt "Payload-Oxum: 102400.5"
	diff -r out/c bag/data/c
	# No file is there twice.
	same "$(stat -c %i out/c/1.mp4)" "$(stat -c %i bag/data/c/1.mp4)"
	bag_is_valid
	ends 2 tf-files --manifest bagit --bag bag -o out source.ndjson 2>errors
	has errors "'bag': is not empty: name a new folder with --bag"
	ends 2 tf-files --manifest bagit --bag /proc/1 -o out source.ndjson 2>errors
	ends 2 tf-files --manifest bagit -o out source.ndjson 2>errors
	has errors "need each other"
	ends 3 tf-files --manifest sha256sum -o nowhere source.ndjson 2>errors
	ends 2 tf-files --checked x -o out source.ndjson 2>errors
	has errors "'--checked' needs '--deep'"
}
claim "a bag holds further names of the files, and is valid" bag

strace -o /dev/null true 2>/dev/null || skip "this user may not trace its own processes"

# killed_at MOMENT N: the driver is killed at the Nth system call that changes something, of the tool that it runs then.
killed_at() {
	rm -rf again
	cp -a out again
	fake tf-files <<-EOF
		case "$1,\$*" in
		check,*--deep* | rename,*--rename-rotten*)
			strace -f -o /dev/null -e trace=write,renameat2,unlink,syncfs,fsync \\
				-e inject=write,renameat2,unlink,syncfs,fsync:signal=KILL:when=$2 "$REAL_TOOLS/tf-files" "\$@"
			status=\$?
			[ \$status -lt 128 ] || kill -KILL \$PPID
			exit \$status
			;;
		esac
		exec "$REAL_TOOLS/tf-files" "\$@"
	EOF
	fake tf-queue <<-EOF
		case "$1,\$*" in
		append,*--append-to*)
			strace -f -o /dev/null -e trace=write -e inject=write:signal=KILL:when=$2 "$REAL_TOOLS/tf-queue" "\$@"
			status=\$?
			[ \$status -lt 128 ] || kill -KILL \$PPID
			exit \$status
			;;
		after,*--append-to*)
			"$REAL_TOOLS/tf-queue" "\$@"
			kill -KILL \$PPID
			;;
		esac
		exec "$REAL_TOOLS/tf-queue" "\$@"
	EOF
	set +e
	"$BULK" verify -o again --deep </dev/null >/dev/null 2>&1
	status=$?
	set -e
	ln -sf "$REAL_TOOLS/tf-files" "$REAL_TOOLS/tf-queue" "$TF_TOOLS/"
	[ "$status" -eq 137 ] || return 1
}

# found_again: whatever the kill has left, what comes next brings the rotten file again.
found_again() {
	if [ -s again/.tf-bulk/rotten.ndjson ]; then
		ends 0 "$BULK" run -o again -y source.ndjson --file-hash sha256 2>errors
		has errors "a deep check was not completed: what it has found rotten is renamed first"
	else
		# Nothing was renamed, or all of it was told.
		[ -e again/c/2.mp4 ] || has again/.tf-bulk/results.ndjson '"status":"queued","error":"mismatch"'
		ends "$([ -e again/c/2.mp4 ] && echo 1 || echo 0)" "$BULK" verify -o again --deep 2>errors
		ends 0 "$BULK" run -o again -y source.ndjson --file-hash sha256
	fi
	[ ! -e again/.tf-bulk/rotten.ndjson ] && [ ! -e again/.tf-bulk/rotten.ndjson.done ]
	tf-origin --size 20k --print /k2 | cmp - again/c/2.mp4
	ends 0 "$BULK" verify -o again --deep
}

killed_between() {
	library 3
	rot 2
	kills=0
	for moment in check rename append after; do
		number=1
		while killed_at $moment $number; do
			found_again
			kills=$((kills + 1))
			[ $moment != after ] || break
			number=$((number + 1))
			[ "$number" -lt 20 ]
		done
	done
	[ "$kills" -ge 6 ]
}
claim "a deep check that is killed at any system call leaves no empty place that the journal calls filled" killed_between

no_links() {
	library 2
	ends 3 strace -f -o /dev/null -e trace=linkat -e inject=linkat:error=EPERM \
		tf-files --manifest bagit --bag bag -o out source.ndjson out/.tf-bulk/results.ndjson 2>errors
	has errors "'c/1.mp4': this file system has no hard links, or does not allow one"
	whole 20k 2
}
claim "where no hard links can be made there is no bag, and no file leaves its place" no_links
