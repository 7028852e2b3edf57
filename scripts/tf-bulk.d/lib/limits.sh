# shellcheck shell=sh
# What is limited for a fleet is limited for all its workers together: each has its part.

# limits_share WORKERS: adds one worker's part to FETCH_OPTIONS, behind the options that say the whole: the last one
# counts.
limits_share() {
	if [ -n "$AUTO_JOBS" ]; then limit_whole jobs-most "$JOBS" "$1"; else limit_whole jobs "$JOBS" "$1"; fi
	! value=$(setting_value per-host) || limit_whole per-host "$value" "$1"
	! value=$(setting_value rate-limit) || limit_rates "$value" "$1"
	! value=$(setting_value requests-per-second) || limit_part requests-per-second "$value" "$1" \
		"$(awk -v all="$value" -v of="$1" 'BEGIN { printf("%.3f", all / of) }')"
}

# limit_rates VALUE WORKERS: by the hour each has its part of each rate.
limit_rates() {
	case $1 in
	*[,\ ]*)
		part=$(printf '%s\n' "$1" | awk -v of="$2" 'BEGIN { RS = "[,\n]"; unit["k"] = 1; unit["m"] = 2; unit["g"] = 3; unit["t"] = 4 }
			NF {
				last = tolower(substr($NF, length($NF)))
				if ($NF ~ /^[0-9.]+[kKmMgGtT]?$/) $NF = sprintf("%.0f", int(($NF + 0) * 1024 ^ unit[last] / of))
				$1 = $1
				printf("%s%s", comma, $0); comma = ", "
			}')
		FETCH_OPTIONS="$FETCH_OPTIONS --rate-limit $(quoted "$part")"
		;;
	*) limit_part rate-limit "$1" "$2" "$(($(bytes_of "$1") / $2))" ;;
	esac
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
