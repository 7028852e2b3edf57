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

# quota_spend OFFSET: what the results from there on have brought. What a part held before was not downloaded by this run.
quota_spend() {
	[ -n "$FILES_LEFT$BYTES_LEFT" ] || return 0
	FIGURES=$(tail -c "+$(($1 + 1))" "$JOURNAL" | tf-queue --sums -)
	[ -z "$FILES_LEFT" ] || FILES_LEFT=$((FILES_LEFT - $(figure_or_none status.success)))
	[ -z "$BYTES_LEFT" ] || BYTES_LEFT=$((BYTES_LEFT - $(figure_or_none bytes) + $(figure_or_none resumed_from)))
}
