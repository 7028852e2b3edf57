#!/bin/sh
# What scripts/package makes, as far as it can be told without a clean system: scripts/test-packages has one.
. "$DRIVER_TESTS/lib.sh"

PROJECT=$DRIVER_TESTS/../..
. "$PROJECT/scripts/package.d/version.sh"
. "$PROJECT/scripts/package.d/deb.sh"

# Once for all claims, which only look at it.
if [ -z "${CLAIM:-}" ]; then
	PREFIX=$(mktemp -d)
	export PREFIX
	trap 'rm -rf "$PREFIX"' EXIT
	"$PROJECT/scripts/install" --no-build --prefix /usr --destdir "$PREFIX" >/dev/null || exit
fi

small() {
	size=$(du -s --apparent-size -k "$PREFIX/usr" | cut -f 1)
	[ "$size" -lt $((25 * 1024)) ] || same "$size KiB" "less than 25 MiB"
}
claim "what is installed takes less than 25 MiB" small

# Of the libraries here, simdjson's and C++'s are in libtf.so when scripts/package links it.
dependencies() {
	for library in $(needed "$PREFIX"); do
		case $library in
		libsimdjson.so.* | libstdc++.so.*) ;;
		*) dependency "$library" ;;
		esac
	done
}
claim "a dependency provides each library that the tools need" dependencies

only_ours() {
	programs "$PREFIX" | xargs readelf -d | sed -n 's/.*(RUNPATH).*\[\(.*\)\]/\1/p' | sort -u >runpaths
	# shellcheck disable=SC2016 # for the loader
	same "$(tr '\n' ' ' <runpaths)" '$ORIGIN/../../lib/tf $ORIGIN/../lib/tf '
	# No folder of the machine that it was built on.
	! programs "$PREFIX" | xargs grep -lF "$(cd -- "$PROJECT" && pwd)"
}
claim "the tools find their library beside them, and name no folder of the builder" only_ours

complete() {
	for tool in tf-catalog tf-sign tf-fetch tf-tally tf-queue tf-files tf-store tf-bulk; do
		[ -x "$PREFIX/usr/bin/$tool" ]
		[ -f "$PREFIX/usr/share/man/man1/$tool.1" ]
		[ -f "$PREFIX/usr/share/bash-completion/completions/$tool" ]
		[ -f "$PREFIX/usr/share/zsh/site-functions/_$tool" ]
		[ -f "$PREFIX/usr/share/fish/vendor_completions.d/$tool.fish" ]
	done
	for command in "$PROJECT"/scripts/tf-bulk.d/* "$PROJECT"/scripts/tf-bulk.d/lib/*; do
		[ -d "$command" ] || cmp "$command" "$PREFIX/usr/libexec/tf-bulk/${command#*/tf-bulk.d/}"
	done
	(cd -- "$PROJECT/share/tf-bulk" && find . -type f) >pages
	while IFS= read -r page; do
		cmp "$PROJECT/share/tf-bulk/$page" "$PREFIX/usr/share/tf-bulk/$page"
	done <pages
	for licence in copyright LICENSE.swift; do
		[ -s "$PREFIX/usr/share/doc/tf-tools/$licence" ]
	done
	grep -rl '@bindir@' "$PREFIX" && return 1
	lists
}

# lists: the list of what was installed names all of it.
lists() {
	(cd -- "$PREFIX/usr" && find . -type f | sed 's|^\./||' | LC_ALL=C sort) >files
	grep -v '/$' "$PREFIX/usr/lib/tf/installed" | LC_ALL=C sort >listed
	cmp files listed
}
claim "each part is there, and on the list of what was installed" complete

links() {
	cd "$PREFIX/usr/share/doc/tf-tools" || return
	find . -name '*.md' | while IFS= read -r document; do
		grep -o ']([^)]*)' "$document" | sed -e 's/^](//' -e 's/)$//' -e 's/#.*//' | while IFS= read -r link; do
			case $link in
			http*://* | '') ;;
			*) [ -f "$(dirname "$document")/$link" ] || echo "$document: $link" ;;
			esac
		done
	done >"$CLAIM_FOLDER/dead"
	same "$(cat "$CLAIM_FOLDER/dead")" ''
}
claim "each link of the documents leads to a file that is installed" links

uninstall() {
	cp -R "$PREFIX/usr" own
	echo mine >own/bin/mine
	"$PROJECT/scripts/install" --uninstall --prefix "$PWD/own"
	same "$(find own -type f)" own/bin/mine
	same "$(find own -type d | sort | tr '\n' ' ')" 'own own/bin '
	ends 2 "$PROJECT/scripts/install" --uninstall --prefix "$PWD/own"
}
claim "--uninstall leaves no file but the user's" uninstall

upgrade() {
	cp -R "$PREFIX/usr" own
	echo old >own/libexec/tf-bulk/of-old
	echo libexec/tf-bulk/of-old >>own/lib/tf/installed
	"$PROJECT/scripts/install" --no-build --prefix "$PWD/own"
	[ ! -e own/libexec/tf-bulk/of-old ]
	[ -x own/bin/tf-bulk ]
}
claim "installed anew, what a version no longer has is removed" upgrade

one_version() {
	cd "$PROJECT" || return
	version=$(suite_version)
	same "$(changelog_version)" "$version"
	for tool in tf-catalog tf-sign tf-fetch tf-tally tf-queue tf-files tf-store tf-bulk; do
		same "$(env -u TF_TOOLS "$PREFIX/usr/bin/$tool" --version | head -n 1 | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)" "$version"
	done
}
claim "the tools and the changelog have one version" one_version
