# shellcheck shell=sh
# What doctor finds out on this machine.

tools_examine() {
	found='' versions=''
	for tool in tf-catalog tf-sign tf-fetch tf-tally tf-queue tf-files tf-store; do
		version=$("$tool" --version 2>/dev/null </dev/null | sed -n 1p)
		if [ -n "$version" ]; then
			found="$found $tool"
			versions="$versions$version
"
		else
			row fail tools "'$tool' is not found, or does not run: install it, or name the tools' folder in TF_TOOLS"
		fi
	done
	versions=$(printf %s "$versions" | sort -u)
	case $versions in
	*"
"*) row warn tools "they are of different versions ($(echo "$versions" | xargs)): install them together" ;;
	?*) row ok tools "version $versions:$found" ;;
	esac
	helpers_examine
}

helpers_examine() {
	missing=''
	for helper in awk date flock mkfifo mktemp ps sed setpriv setsid sleep tail; do
		command -v "$helper" >/dev/null || missing="$missing $helper"
	done
	if [ -n "$missing" ]; then
		row fail programs "missing:$missing: install coreutils, procps and util-linux"
	else
		row ok programs "those that tf-bulk calls are here"
	fi
}

libraries_examine() {
	libraries=$(tf-fetch --version 2>/dev/null | sed -n 2p)
	case $libraries in
	'') ;;
	*OpenSSL* | *GnuTLS* | *LibreSSL* | *NSS*)
		row ok libcurl "$(echo "$libraries" | grep -oE '(libcurl|[A-Za-z]*(SSL|TLS))/[^ ]*' | xargs)"
		;;
	*) row fail libcurl "it has no TLS: install Debian's libcurl4" ;;
	esac
	case $libraries in
	'') ;;
	*nghttp2*) row ok HTTP/2 "$(echo "$libraries" | grep -oE 'nghttp2/[^ ]*')" ;;
	*) row warn HTTP/2 "libcurl does not know it: HTTP/1.1 is used, with a connection for each transfer" ;;
	esac
}

# key_examine: as tf-sign sees it. Its warnings come before what it found. CLOCK_SAID is what it says of a clock that
# may still be right: clock_examine knows more.
key_examine() {
	CLOCK_SAID=''
	eval "set -- $SIGN_OPTIONS"
	tf-sign --check "$@" </dev/null >"$SCRATCH/key" 2>"$SCRATCH/said"
	status=$?
	verdict=warn
	[ "$status" -eq 0 ] || verdict=fail
	while IFS= read -r line; do
		line=${line#tf-sign: }
		case $line in
		clock:*)
			[ "$verdict" = fail ] || CLOCK_SAID=${line#clock: }
			[ "$verdict" != fail ] || row fail clock "${line#clock: }"
			;;
		*) row "$verdict" key "$line" ;;
		esac
	done <"$SCRATCH/said"
	[ "$status" -ne 0 ] ||
		row ok key "$(sed -n -e 's/^private key *//p' -e 's/^credentials *//p' "$SCRATCH/key" | head -n 1)"
}

# folder_examine: the output folder, or where it will be made.
folder_examine() {
	if ! tf-files --writable "$OUTPUT" 2>"$SCRATCH/said"; then
		row fail folder "$(sed -n 's/^tf-files: //p' "$SCRATCH/said" | head -n 1): choose another with --output"
		! inodes_gone "$OUTPUT" || row fail room "no inodes are left, which 'df -i' counts: remove files"
		return
	fi
	place=$OUTPUT
	while [ ! -d "$place" ]; do
		place=$(dirname -- "$place")
	done
	PROBE=$(folder_make "$place/.tf-doctor" 2>/dev/null) || return
	file_system_examine "$(stat -f -c %T -- "$place")"
	locks_examine "$PROBE/file"
	attributes_examine "$PROBE/file"
	rm -rf -- "$PROBE"
	PROBE=''
	room_examine
}

file_system_examine() {
	where="'$place' ($1)"
	[ "$place" = "$OUTPUT" ] || where="'$OUTPUT' will be made, on $1"
	case $1 in
	msdos | vfat | exfat)
		row warn folder "$where: parts cannot be continued by a later run, and some names are not taken: a Linux file system is better"
		;;
	nfs* | cifs | smb* | fuse* | v9fs | afs | ceph)
		row warn folder "$where: let no other machine work on it at the same time"
		;;
	*) row ok folder "$where" ;;
	esac
}

locks_examine() {
	if flock -n "$1" true 2>/dev/null; then
		row ok locks "files can be locked"
	else
		row fail locks "files cannot be locked there: choose a folder on another file system"
	fi
}

# attributes_examine: tf-fetch notes in one which object a part is from.
attributes_examine() {
	if ! command -v setfattr >/dev/null; then
		row warn xattrs "not checked: setfattr is not found: install attr"
	elif setfattr -n user.tf.doctor -v 1 "$1" 2>/dev/null; then
		row ok xattrs "files can have extended attributes"
	else
		row warn xattrs "files cannot have extended attributes: what a stopped run began starts over"
	fi
}

# room_examine: against what tf-fetch leaves free, and against what is left to do.
room_examine() {
	free=$(free_bytes "$OUTPUT")
	least=$(setting_value min-free) || least=256M
	if [ -z "$free" ]; then
		row warn room "the file system does not tell how much is free: --min-free cannot be kept"
	elif [ "$free" -le "$(bytes_of "$least")" ]; then
		row fail room "$(human_bytes "$free") are free, and $least are left so (--min-free): make room"
	elif [ -f "$CATALOG" ] && plan_measure "$CATALOG" "$PLAN" && [ "$NEED" -gt "$free" ]; then
		row warn room "$(human_bytes "$free") are free, for about $(human_bytes "$NEED") that are left to do: make room"
	else
		row ok room "$(human_bytes "$free") are free"
	fi
}

# hosts_examine: as a run looks at them, in a folder of its own.
hosts_examine() {
	if ! parallel_is_here; then
		if [ -n "$HOSTS_FILE" ]; then verdict=fail; else verdict=warn; fi
		row "$verdict" parallel "GNU parallel is not found: 'tf-bulk run --hosts' needs it, nothing else does"
		return
	fi
	row ok parallel "$(parallel --version | sed -n 1p), for 'tf-bulk run --hosts'"
	[ -n "$HOSTS_FILE" ] || return 0
	FLEET=$SCRATCH/hosts RUN=doctor
	mkdir -- "$FLEET"
	if ! hosts_table; then
		row fail hosts "'$HOSTS_FILE': $(cat "$FLEET/table.new")"
		return
	fi
	VERSION=$(version_show 2>/dev/null) || return
	options_write "$(hosts_all | wc -l)"
	hosts_each host_check
	for id in $(hosts_all); do
		host_take "$id"
		if [ -e "$FLEET/in.$id" ]; then
			row ok host "'$NAME' can work"
		else
			row fail host "'$NAME': $(sed -n 2p "$FLEET/out.$id")"
		fi
	done
}

server_examine() {
	server=$(PATH=$PATH:/usr/sbin command -v lighttpd)
	if [ -n "$server" ]; then
		row ok lighttpd "$("$server" -v 2>/dev/null | sed -n '1s/ .*//p'), for 'tf-bulk serve'"
	else
		row warn lighttpd "not found: 'tf-bulk serve' needs it, nothing else does"
	fi
}

# store_examine: whether the store takes a file.
store_examine() {
	[ -n "$STORE" ] || return 0
	eval "set -- $STORE_OPTIONS"
	if tf-store --check --remote "$STORE" --move "$@" </dev/null >/dev/null 2>"$SCRATCH/said"; then
		row ok store "'$STORE' takes files"
	else
		row fail store "$(sed -n 's/^tf-store: //p' "$SCRATCH/said" | head -n 1)"
	fi
}
