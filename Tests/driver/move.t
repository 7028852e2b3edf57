#!/bin/sh
# Files are renamed for a changed catalogue, and nothing is fetched again.
. "$DRIVER_TESTS/lib.sh"

# fetched: a job of 5 videos of 20,000 bytes, all fetched; source.ndjson has other paths afterwards.
fetched() {
	real_tools
	origin --size 20k
	signed 5 | sed 's|{|{"segment_id":5,"key":"k5",|; s|5,"key":"k5"\(.*\)/k\([0-9]\)"}|\2,"key":"k\2"\1/k\2"}|' >source.ndjson
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	ends 0 "$BULK" run -o out -y source.ndjson
	lines requests 5
	cp source.ndjson old.ndjson
	sed -i 's|c/\([0-9]\).mp4|d/lesson \1.mp4|' source.ndjson
}

# moved: all is there under the new names, and a run asks the origin for nothing.
moved() {
	ends 0 "$BULK" run -o out -y source.ndjson
	lines requests 5
	for number in 1 2 3 4 5; do
		"$TF_TOOLS/tf-origin" --size 20k --print "/k$number" | cmp - "out/d/lesson $number.mp4"
	done
	same "$(find out -name .tf-bulk -prune -o -mindepth 1 -print | wc -l)" 6
	[ ! -e out/.tf-bulk/moves.ndjson ]
	ends 0 "$BULK" verify -o out 2>errors
	lacks errors "belongs to no record"
}

whole_job() {
	fetched
	ends 0 "$BULK" move --dry-run -o out source.ndjson 2>errors
	has errors "'c/1.mp4': is to be renamed to 'd/lesson 1.mp4'"
	has errors "5 files to be renamed"
	ends 0 "$BULK" move --json --dry-run -o out source.ndjson >plan
	lines plan 5
	whole 20k 5
	cmp out/.tf-bulk/catalog.ndjson old.ndjson
	ends 0 "$BULK" move -o out source.ndjson 2>errors
	has errors "5 files renamed"
	lacks errors "not found"
	ends 0 "$BULK" status -o out >shown
	has shown "100"
	grep -q 'skipped.*moved' shown
	has out/.tf-bulk/stats.json '"skipped":5,"moved":5,'
	lacks shown "passed over"
	moved
	ends 0 "$BULK" move -o out source.ndjson 2>errors
	has errors "0 files to be renamed"
	echo 'no record' >>source.ndjson
	ends 1 "$BULK" move -o out source.ndjson
}
claim "after a change of the paths the files are renamed, and the next run asks for nothing" whole_job

by_the_journal() {
	fetched
	# The new catalogue is the job's already: only the results tell of the old names.
	cp source.ndjson out/.tf-bulk/catalog.ndjson
	ends 0 "$BULK" move -o out
	moved
}
claim "without a source the files are renamed for the job's catalogue, by what the journal says" by_the_journal

killed() {
	fetched
	# Before, within and behind the renames, and before the journal has its lines.
	for moment in plan renames lines; do
		rm -rf again
		cp -a out again
		fake tf-files <<-EOF
			case "$moment,\$*" in
			plan,*"--move "* | renames,*"--move "*)
				[ $moment = plan ] || timeout 60 strace -o /dev/null -e trace=renameat2 \\
					-e inject=renameat2:signal=KILL:when=3 "$REAL_TOOLS/tf-files" "\$@"
				kill -KILL \$PPID
				;;
			esac
			exec "$REAL_TOOLS/tf-files" "\$@"
		EOF
		fake tf-queue <<-EOF
			case "$moment,\$*" in
			lines,*--append-to*) kill -KILL \$PPID ;;
			esac
			exec "$REAL_TOOLS/tf-queue" "\$@"
		EOF
		ends 137 "$BULK" move -o again source.ndjson
		ln -sf "$REAL_TOOLS/tf-files" "$REAL_TOOLS/tf-queue" "$TF_TOOLS/"
		[ -s again/.tf-bulk/moves.ndjson ]
		ends 0 "$BULK" move -o again source.ndjson 2>errors
		has errors "a move was not completed: that is done first"
		ends 0 "$BULK" run -o again -y source.ndjson
		lines requests 5
		same "$(find again/d -name '*.mp4' | wc -l)" 5
	done
}
claim "a move that was killed is completed by the next command, and nothing is fetched again" killed

killed_with_links() {
	fetched
	mv out/c elsewhere
	ln -s ../elsewhere out/c
	fake tf-files <<-EOF
		case " \$* " in *' --move '*) kill -KILL \$PPID ;; esac
		exec "$REAL_TOOLS/tf-files" "\$@"
	EOF
	ends 137 "$BULK" move --allow-links -o out source.ndjson
	ln -sf "$REAL_TOOLS/tf-files" "$TF_TOOLS/"
	# One that takes no such option.
	ends 0 "$BULK" retry -o out 2>errors
	has errors "a move was not completed: that is done first"
	same "$(find out/d -name '*.mp4' | wc -l)" 5
	same "$(find elsewhere -name '*.mp4' | wc -l)" 0
	same "$(find out/.tf-bulk -name 'moves*')" ''
}
claim "a move with --allow-links that was killed is completed so by a command without it" killed_with_links

some_left() {
	fetched
	mkdir out/d
	echo mine >"out/d/lesson 2.mp4"
	ends 1 "$BULK" move -o out source.ndjson 2>errors
	has errors "'c/2.mp4': 'd/lesson 2.mp4' is there already: it is left where it is"
	has errors "4 files renamed"
	same "$(cat "out/d/lesson 2.mp4")" mine
	rm "out/d/lesson 2.mp4"
	ends 0 "$BULK" move -o out
	moved
}
claim "what cannot be renamed is named and left, the others are renamed, and a second move does the rest" some_left

refused() {
	fetched
	head -n 2 source.ndjson >fewer
	ends 3 "$BULK" move -o out fewer 2>errors
	has errors "give --allow-shrink"
	whole 20k 5
	ends 3 "$BULK" move -o none source.ndjson
	ends 2 "$BULK" move -o out --frob source.ndjson
	ends 2 "$BULK" move -o out --store s3:b/c source.ndjson 2>errors
	has errors "rename them there"
}
claim "a catalogue that has shrunk, a job that is not there and wrong use are refused, with nothing renamed" refused
