# shellcheck shell=sh
# What is limited for a fleet is limited for all its workers together: each has its part.

# limits_share WORKERS: adds one worker's part to FETCH_OPTIONS, behind the options that say the whole: the last one counts.
limits_share() {
	jobs=$(setting_value jobs) || jobs=10
	FETCH_OPTIONS="$FETCH_OPTIONS --jobs $((jobs < $1 ? 1 : jobs / $1))"
	! value=$(setting_value per-host) || FETCH_OPTIONS="$FETCH_OPTIONS --per-host $((value < $1 ? 1 : value / $1))"
	! value=$(setting_value rate-limit) || FETCH_OPTIONS="$FETCH_OPTIONS --rate-limit $(($(bytes_of "$value") / $1))"
	! value=$(setting_value requests-per-second) ||
		FETCH_OPTIONS="$FETCH_OPTIONS --requests-per-second $(awk -v all="$value" -v of="$1" 'BEGIN { printf("%.3f", all / of) }')"
}
