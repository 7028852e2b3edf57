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

# yes_or_no QUESTION: fails unless the answer is yes. What is neither yes nor no is asked again.
yes_or_no() {
	while :; do
		printf '%s [y/N] ' "$1" >&2
		answer=''
		read -r answer
		case $?,$answer in
		*,[Yy] | *,[Yy][Ee][Ss]) return 0 ;;
		*,[Nn] | *,[Nn][Oo] | *, | [!0]*,*) return 1 ;;
		*) echo "Answer y for yes, or n for no." >&2 ;;
		esac
	done
}

# shell_word TEXT: the text as one word of a command that people may copy.
shell_word() {
	case $1 in
	'' | *[!A-Za-z0-9_./-]*) printf '%s\n' "$1" | sed -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/'/" ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# human_bytes N: 1.5 GiB for 1610612736.
human_bytes() {
	awk -v n="$1" 'BEGIN {
		split("B KiB MiB GiB TiB PiB", unit)
		for (i = 1; n >= 1024 && i < 6; i++) n /= 1024
		printf(i == 1 ? "%d %s\n" : "%.1f %s\n", n, unit[i])
	}'
}

# bytes_of TEXT: 1610612736 for 1.5G, as the tools read it.
bytes_of() {
	awk -v text="$1" 'BEGIN { printf("%.0f\n", text * 1024 ^ index("kmgt", tolower(substr(text, length(text))))) }'
}

# human_time SECONDS: 2 d 3 h for 183600; the two largest units.
human_time() {
	awk -v n="$1" 'BEGIN {
		if (n < 60) { printf("%d s\n", n); exit }
		if (n < 3600) { printf("%d min\n", n / 60); exit }
		if (n < 86400) { printf("%d h %d min\n", n / 3600, n % 3600 / 60); exit }
		printf("%d d %d h\n", n / 86400, n % 86400 / 3600)
	}'
}

# human_count N: 12,500 for 12500.
human_count() {
	printf '%s\n' "$1" | sed -e :a -e 's/^\([0-9]*[0-9]\)\([0-9]\{3\}\)/\1,\2/' -e ta
}

# printable: a filter that makes control characters question marks, so that a terminal stays as it is.
printable() {
	LC_ALL=C tr '\000-\010\013-\037\177' '[?*]'
}
