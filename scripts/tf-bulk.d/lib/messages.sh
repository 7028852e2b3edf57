# shellcheck shell=sh
# What the driver says to people.

# say MESSAGE: on standard error, and in the log.
say() {
	printf 'tf-bulk: %s\n' "$1" >&2
	log "$1"
}

# log MESSAGE: in the log alone. The tools write to the same file: it is named by TF_LOG once there is a state folder.
log() {
	[ -z "${TF_LOG:-}" ] || printf '%s tf-bulk: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >>"$TF_LOG"
}

# fail STATUS MESSAGE: says it and ends.
fail() {
	say "$2"
	exit "$1"
}

# human_bytes N: 1.5 GiB for 1610612736.
human_bytes() {
	awk -v n="$1" 'BEGIN {
		split("B KiB MiB GiB TiB PiB", unit)
		for (i = 1; n >= 1024 && i < 6; i++) n /= 1024
		printf(i == 1 ? "%d %s\n" : "%.1f %s\n", n, unit[i])
	}'
}

# human_count N: 12,500 for 12500.
human_count() {
	printf '%s\n' "$1" | sed -e :a -e 's/^\([0-9]*[0-9]\)\([0-9]\{3\}\)/\1,\2/' -e ta
}
