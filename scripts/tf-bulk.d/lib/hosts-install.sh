# shellcheck shell=sh
# --install-hosts: the tools of this machine, copied to each host's ~/.local/lib/tf-bulk.

hosts_install() {
	bundle_make || hosts_refuse 3 "'$FLEET': cannot write here"
	hosts_each host_install
	rm -f -- "$FLEET/bundle"
	[ ! -s "$FLEET/news" ] || hosts_refuse 3 "'$HOSTS_FILE': the tools could not be copied to these hosts"
}

# bundle_make: as tar makes it; laid out as an installation is. BUNDLE is what it is known by.
bundle_make() {
	tree=$FLEET/tree
	mkdir -p -- "$tree/bin" "$tree/libexec" || return
	for tool in $(host_tools); do
		[ "$tool" = tf-bulk ] || ln -s -- "$(readlink -f -- "$(command -v "$tool")")" "$tree/bin/$tool"
	done
	ln -s -- "$SELF" "$tree/bin/tf-bulk"
	ln -s -- "$(readlink -f -- "$PARTS")" "$tree/libexec/tf-bulk"
	tar -c -h --sort=name --mtime=@0 --owner=0 --group=0 -C "$tree" bin libexec | gzip -n -1 >"$FLEET/bundle" || return
	rm -r -- "$tree"
	BUNDLE=$(cksum <"$FLEET/bundle" | tr ' ' -)
}

# shellcheck disable=SC2016 # for the host's shell
# host_install ID: nothing is sent twice, and what runs there goes on with what it has.
host_install() {
	host_take "$1" && [ -n "$COMMAND" ] || return 0
	(
		on_host '
			kind=$(uname -sm)
			[ "$kind" = "$2" ] || { echo "is another kind of machine, $kind: install a package of its own there"; exit 1; }
			place=$HOME/.local/lib/tf-bulk
			[ "$(cat "$place/bundle" 2>/dev/null)" != "$1" ] || exit 0
			mkdir -p "${place%/*}" && new=$(mktemp -d "$place.XXXXXX") && trap "rm -rf \"\$new\" \"\$new.old\"" EXIT || exit 1
			tar -xzf - -C "$new" && echo "$1" >"$new/bundle" || exit 1
			mv -T "$place" "$new.old" 2>/dev/null
			# Where hosts share this folder, another one may have done it meanwhile.
			mv -T "$new" "$place" 2>/dev/null || [ "$(cat "$place/bundle")" = "$1" ]' \
			"$(one_line "$BUNDLE" "$(uname -sm)")" <"$FLEET/bundle" >"$FLEET/said.$1" 2>&1
	)
	status=$?
	[ "$status" -eq 0 ] || host_news "$1" "$(host_reason "$1" "$status")"
}
