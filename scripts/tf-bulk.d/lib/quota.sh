# shellcheck shell=sh
# --max-files and --max-bytes hold for the whole run: each round gets what those before it have left. tf-fetch has found
# both to be numbers.

# quota_begin: FILES_LEFT and BYTES_LEFT, empty where nothing is limited.
quota_begin() {
	FILES_LEFT=$MAX_FILES
	BYTES_LEFT=${MAX_BYTES:+$(bytes_of "$MAX_BYTES")}
}

# quota_options: for the next round's tf-fetch.
quota_options() {
	printf '%s' "${FILES_LEFT:+--max-files $FILES_LEFT} ${BYTES_LEFT:+--max-bytes $BYTES_LEFT}"
}

quota_is_spent() {
	[ "${FILES_LEFT:-1}" -le 0 ] || [ "${BYTES_LEFT:-1}" -le 0 ]
}

# quota_spend OFFSET: what the results from there on have brought. Of a name that stands twice in a line the last counts.
quota_spend() {
	[ -n "$FILES_LEFT$BYTES_LEFT" ] || return 0
	spent=$(tail -c "+$(($1 + 1))" "$JOURNAL" | LC_ALL=C awk '
		function last(name) { return match($0, ".*\"" name "\":") ? substr($0, RLENGTH + 1) : "" }
		{ files += last("status") ~ /^"success"/; bytes += last("bytes") - last("resumed_from") }
		END { printf("%.0f %.0f\n", files, bytes > 0 ? bytes : 0) }')
	[ -z "$FILES_LEFT" ] || FILES_LEFT=$((FILES_LEFT - ${spent% *}))
	[ -z "$BYTES_LEFT" ] || BYTES_LEFT=$((BYTES_LEFT - ${spent#* }))
}
