# shellcheck shell=sh
# What a value means to whoever typed it. A shell expands `~` and `$HOME`, and takes quotes and comments away; a
# settings file, a crontab, a unit of systemd or an env file of containers does not. So a folder called `~` or
# `"videos"` would be made by accident: what can only be meant otherwise is taken so, or refused.

NBSP=$(printf '\302\240')
ZWSP=$(printf '\342\200\213')
QUOTES=$(printf '\342\200\230 \342\200\234') # as a word processor opens a quotation
BOM=$(printf '\357\273\277')

# value_mean LAYER FROM NAME VALUE: sets VALUE to what is meant, or ends the command. KIND is the setting's.
value_mean() {
	VALUE=$4
	case $VALUE in
	*-----BEGIN*) fail 2 "$2: this is a private key: give the path of its file" ;;
	esac
	case $KIND in
	free | free+) ;;
	*) [ -n "$VALUE" ] || fail 2 "$2: '$3' has no value: give one, or leave it out" ;;
	esac
	[ "$1" = option ] || value_typed "$2" "$3"
	case $KIND in
	file | folder) value_path "$2" "$3" ;;
	esac
}

# shellcheck disable=SC2016 # the characters themselves
# value_typed FROM NAME: refuses what a shell would have taken away.
value_typed() {
	case $VALUE in
	'"'*'"' | "'"*"'") fail 2 "$1: the quotes would be part of the value: leave them out" ;;
	*"$CR"*) fail 2 "$1: the value has a carriage return in it: lines end with a line feed" ;;
	esac
	case $KIND in
	free | free+) return ;;
	esac
	case $VALUE in
	*[" $TAB"]'#'*) fail 2 "$1: what follows '#' would be part of the value: a comment has a line of its own" ;;
	'"'* | "'"* | "${QUOTES% *}"* | "${QUOTES#* }"*) fail 2 "$1: the quote would be part of the value: leave it out" ;;
	*'$'[A-Za-z_]* | *'${'* | *'$('* | *'`'*) fail 2 "$1: nothing is expanded in '$2': write out what '$VALUE' means" ;;
	*'\ '*) fail 2 "$1: the backslash would be part of the value: write blanks as they are" ;;
	*"$ZWSP"* | *"$BOM"*) fail 2 "$1: the value of '$2' has a character that cannot be seen: type it again" ;;
	esac
}

# shellcheck disable=SC2088 # here it is a character
# value_path FROM NAME: `~` is the home folder. A shell expands it in `-o ~/videos`, but not in `--output=~/videos`.
value_path() {
	case $VALUE in
	'~' | '~/'*)
		case ${HOME:-} in
		/*) VALUE=${HOME%/}${VALUE#'~'} ;;
		*) fail 2 "$1: '$VALUE' is in the home folder, and HOME names none: write the path out" ;;
		esac
		;;
	'~'*) fail 2 "$1: '$VALUE': another user's home is not looked up: write the path out, or './$VALUE' for that name" ;;
	[A-Za-z]:[/\\]*) fail 2 "$1: '$VALUE' is a path of Windows: write it as in /mnt/c/videos" ;;
	*://*) [ "$KIND" != folder ] || fail 2 "$1: '$VALUE' is a URL: give a folder" ;;
	esac
}

# seconds_of NAME LEAST USUAL: SECONDS_OF a setting that is a time.
seconds_of() {
	SECONDS_OF=$3
	value=$(setting_value "$1") || return 0
	case ${value%[smhd]} in
	'' | 0* | *[!0-9]* | ????????*) SECONDS_OF=0 ;;
	*) SECONDS_OF=${value%[smhd]} ;;
	esac
	case $value in
	*m) SECONDS_OF=$((SECONDS_OF * 60)) ;;
	*h) SECONDS_OF=$((SECONDS_OF * 3600)) ;;
	*d) SECONDS_OF=$((SECONDS_OF * 86400)) ;;
	esac
	[ "$SECONDS_OF" -ge "$2" ] || setting_refuse "$1" "'$value' is not a time: give one as in 10m"
}

# setting_refuse NAME WORDS
setting_refuse() {
	say "--$1 $2"
	settings_blame tf-bulk "--$1"
	exit 2
}
