# shellcheck shell=sh
# What is limited for a fleet is limited for all its workers together: each has its part.

# limits_share WORKERS: adds one worker's part to FETCH_OPTIONS, behind the options that say the whole: the last one counts.
limits_share() {
	jobs=$(setting_value jobs) || jobs=10
	limit_whole jobs "$jobs" "$1"
	! value=$(setting_value per-host) || limit_whole per-host "$value" "$1"
	! value=$(setting_value rate-limit) || limit_part rate-limit "$value" "$1" "$(($(bytes_of "$value") / $1))"
	! value=$(setting_value requests-per-second) || limit_part requests-per-second "$value" "$1" \
		"$(awk -v all="$value" -v of="$1" 'BEGIN { printf("%.3f", all / of) }')"
}

# limit_whole NAME VALUE WORKERS: each has one at least.
limit_whole() {
	number_plain "$1" "$2"
	FETCH_OPTIONS="$FETCH_OPTIONS --$1 $(($2 < $3 ? 1 : $2 / $3))"
}

# limit_part NAME VALUE WORKERS PART
limit_part() {
	case $4 in
	*[1-9]*) FETCH_OPTIONS="$FETCH_OPTIONS --$1 $4" ;;
	*) fail 2 "--$1 '$2' is too little for $3 workers: raise it, or let fewer work" ;;
	esac
}
