# shellcheck shell=sh
# The command lines of the subcommands.
#
# sh has no arrays: words that go on to a tool are kept quoted in one variable, and `eval "set -- $X"` takes them out.

# parse_job ARGUMENT…: of `run` and `plan`. Sets SOURCE, FILTER, YES, the state's names and the options of each tool
# (QUEUE_OPTIONS: of tf-queue and of tf-tally).
parse_job() {
	SOURCE='' FILTER='' YES='' UNTIL=''
	CATALOG_OPTIONS='' SIGN_OPTIONS='' FETCH_OPTIONS='' QUEUE_OPTIONS=''
	state_at "${TF_OUTPUT:-.}"
	while [ $# -gt 0 ]; do
		option=$1
		shift
		case $option in
		--?*=*)
			set -- "${option#*=}" "$@"
			option=${option%%=*}
			;;
		-[jo]?*)
			set -- "${option#-?}" "$@"
			option=${option%"$1"}
			;;
		esac
		case $option in
		--)
			parse_filter "$@"
			return
			;;
		-h | --help)
			. "$PARTS/help"
			bulk_help
			exit 0
			;;
		-y | --yes) YES=1 ;;
		--test) CATALOG_OPTIONS="$CATALOG_OPTIONS --test" ;;
		--s3 | --path-style) SIGN_OPTIONS="$SIGN_OPTIONS $option" ;;
		--follow | --allow-links | --etag-is-md5 | -4 | --ipv4 | -6 | --ipv6) FETCH_OPTIONS="$FETCH_OPTIONS $option" ;;
		-?*)
			parse_value "$option" "$@"
			shift
			;;
		*) parse_source "$option" ;;
		esac
	done
}

# parse_value OPTION VALUE…: an option with a value belongs to the driver, or is handed on to one of the tools.
parse_value() {
	case $1 in
	-o | --output) owner=tf-bulk ;;
	--until) owner=clock ;;
	--course | --limit | --key-template | --path-template | --alias-template) owner=tf-catalog ;;
	--key-pair-id | --private-key | --passphrase-file | --base-url | --hash | --scope | --ip) owner=tf-sign ;;
	--not-before | --bucket | --region | --endpoint | --ttl | --expires-at) owner=tf-sign ;;
	-j | --jobs | --retries | --retry-delay | --backoff | --min-validity) owner=tf-fetch ;;
	--max-time | --connect-timeout | --stall-timeout | --stall-speed | --sync | --progress) owner=tf-fetch ;;
	--patience | --min-free | --per-host | --rate-limit | --requests-per-second | --jitter) owner=tf-fetch ;;
	--verify | --allow-host | --cacert | --http | --user-agent) owner=tf-fetch ;;
	--tries) owner=tf-queue ;;
	*) fail 2 "'$1' is no option, see 'tf-bulk help'" ;;
	esac
	[ $# -gt 1 ] || fail 2 "option '$1' needs a value, see 'tf-bulk help'"
	words=$(quoted "$1" "$2")
	case $owner in
	tf-bulk) state_at "$2" ;;
	clock) until_at "$2" ;;
	tf-catalog) CATALOG_OPTIONS="$CATALOG_OPTIONS $words" ;;
	tf-sign) SIGN_OPTIONS="$SIGN_OPTIONS $words" ;;
	tf-fetch) FETCH_OPTIONS="$FETCH_OPTIONS $words" ;;
	tf-queue) QUEUE_OPTIONS="$QUEUE_OPTIONS $words" ;;
	esac
}

# until_at TIME: sets UNTIL, in Unix seconds. An hour of the day is the next such hour.
until_at() {
	case $1 in
	[0-9][0-9]:[0-9][0-9])
		UNTIL=$(date -d "$1" +%s 2>/dev/null) && [ "$UNTIL" -gt "$(date +%s)" ] ||
			UNTIL=$(date -d "tomorrow $1" +%s 2>/dev/null)
		;;
	*[!0-9]* | '') UNTIL=$(date -d "$1" +%s 2>/dev/null) ;;
	*) UNTIL=$1 ;;
	esac || fail 2 "--until '$1' is no time: give one as in 06:00"
	FETCH_OPTIONS="$FETCH_OPTIONS --until $UNTIL"
}

# parse_source WORD: there is one.
parse_source() {
	[ -n "$1" ] || fail 2 "the source is an empty word: name a catalogue, or '-' for standard input"
	[ -z "$SOURCE" ] || fail 2 "two sources, '$SOURCE' and '$1': give one, and a filter behind '--'"
	SOURCE=$1
}

# parse_filter COMMAND…: what stands behind `--`.
parse_filter() {
	[ $# -gt 0 ] || fail 2 "nothing stands behind '--': name a filter, as in '-- grep Blues'"
	command -v -- "$1" >/dev/null || fail 2 "filter '$1': no such command"
	FILTER=$(quoted "$@")
}

# parse_folder ARGUMENT…: of the subcommands that only look. Sets JSON, the state's names and tf-queue's options.
parse_folder() {
	JSON='' QUEUE_OPTIONS=''
	state_at "${TF_OUTPUT:-.}"
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help)
			. "$PARTS/help"
			bulk_help
			exit 0
			;;
		--json) JSON=1 ;;
		--output=* | --tries=*)
			parse_value "${1%%=*}" "${1#*=}"
			;;
		-o?*) parse_value -o "${1#-o}" ;;
		-o | --output | --tries)
			parse_value "$@"
			shift
			;;
		*) fail 2 "'$1' is no option here, see 'tf-bulk help'" ;;
		esac
		shift
	done
}

# quoted WORD…: the words as they would be typed.
quoted() {
	for word; do
		printf '%s\n' "$word" | sed -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/' \\\\/"
	done
	printf ' '
}
