#!/bin/sh
# The documents: their recipes work, run as they are printed in the sandbox that docs/recipes.md makes, and what they name
# is there.
. "$DRIVER_TESTS/lib.sh"

PROJECT=$(cd -- "$DRIVER_TESTS/../.." && pwd)

# blocks DOCUMENT: its framed blocks of shell, as files 001.sh, 002.sh, … in the working directory. The sandbox's folder
# and port become this claim's own.
blocks() {
	awk '/^```sh$/ { name = sprintf("%03d.sh", ++n); next } /^```$/ { name = ""; next } name { print > name }' "$1"
	sed -i -e "s|\\\$PWD/.build/release|$TF_TOOLS|" -e "s|\\\$PWD/scripts|$PROJECT/scripts|" \
		-e "s|/tmp/tf-try|$PWD/try|g" -e "s|8043|$port|g" [0-9]*.sh
}

# run_blocks SCRIPT…: in one shell, as a reader would. A command may end with 1, as one file is missing at the origin (and
# with 123, from xargs, for the same reason), or by SIGPIPE before `head`; any other status fails the block.
run_blocks() {
	cat >reader <<-'EOF'
		set -o pipefail -o errtrace
		wrong=0
		trap 'kill $(jobs -p)' EXIT
		trap 'code=$?; case $code in 1 | 123 | 141) ;; *) echo "status $code: $BASH_COMMAND"; wrong=1 ;; esac' ERR
		for block; do
			echo "== $block"
			. "$block"
		done
		exit $wrong
	EOF
	ends 0 bash ./reader "$@"
}

# free_port: one that nothing listens on.
free_port() {
	origin --size 1k
	kill "$ORIGIN"
	port=${URL##*:}
}

recipes() {
	real_tools
	free_port
	blocks "$PROJECT/docs/recipes.md"
	same "$(find . -name "[0-9]*.sh" | wc -l)" "$(grep -c '^```sh$' "$PROJECT/docs/recipes.md")"
	run_blocks "$PWD"/[0-9]*.sh
	same "$(find try/videos try/library -name '*.mp4' -not -empty | wc -l)" 398
	same "$(jq -r .error try/failed.ndjson)" not_found
	same "$(find try -name '*.part')" ''
}
claim "every recipe of docs/recipes.md works as it is printed" recipes

readme() {
	real_tools
	free_port
	blocks "$PROJECT/docs/recipes.md"
	mv 001.sh sandbox
	rm [0-9]*.sh
	blocks "$PROJECT/README.md"
	run_blocks "$PWD/sandbox" "$PWD"/[0-9]*.sh
	same "$(find try/videos try/library -name '*.mp4' -not -empty | wc -l)" 398
}
claim "every recipe of README.md works as it is printed" readme

# documents: all of them.
documents() {
	find "$PROJECT/README.md" "$PROJECT/CONTRIBUTING.md" "$PROJECT/CHANGELOG.md" "$PROJECT/docs" -name '*.md'
}

links() {
	documents | while IFS= read -r document; do
		grep -oE '\]\([^)#]+' "$document" | cut -c 3- | grep -v '^https:' | while IFS= read -r target; do
			[ -e "$(dirname "$document")/$target" ] || echo "$document: $target"
		done
	done >broken
	same "$(cat broken)" ''
}
claim "every link of the documents leads to a file" links

paths() {
	documents | while IFS= read -r document; do
		grep -oE '`(Benchmarks|Fuzz|Sources|Tests|docs|man|scripts|share)/[A-Za-z0-9_./+-]+' "$document" | cut -c 2- |
			grep -v NAME | while IFS= read -r path; do
			[ -e "$PROJECT/$path" ] || echo "$document: $path"
		done
	done >missing
	same "$(cat missing)" ''
}
claim "every file and folder of the project that the documents name is there" paths

rooms() {
	find "$PROJECT/Sources" -mindepth 2 -maxdepth 2 -type d -exec basename {} \; >rooms
	[ -s rooms ]
	while IFS= read -r room; do
		has "$PROJECT/docs/architecture.md" "\`$room\`"
	done <rooms
}
claim "docs/architecture.md has every room of the house" rooms

errors() {
	for error in "$PROJECT"/Tests/Simulation/mutants/*.patch; do
		git -C "$PROJECT" apply --check "$error" 2>&1
	done >unfit
	same "$(cat unfit)" ''
}
claim "each deliberate error of the simulation fits the code that it is put into" errors
