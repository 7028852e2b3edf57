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

# quota_spend OFFSET: what the results from there on have brought. What a part held before was not downloaded by this
# run.
quota_spend() {
	[ -n "$FILES_LEFT$BYTES_LEFT" ] || return 0
	FIGURES=$(tail -c "+$(($1 + 1))" "$JOURNAL" | tf-queue --sums -)
	[ -z "$FILES_LEFT" ] || FILES_LEFT=$((FILES_LEFT - $(figure_or_none status.success)))
	[ -z "$BYTES_LEFT" ] || BYTES_LEFT=$((BYTES_LEFT - $(figure_or_none bytes) + $(figure_or_none resumed_from)))
}

# Of a fleet each worker gets its share of the bytes for a shard, and what it leaves of that goes back. FLEET/bytes has
# what nobody has, which is less than nothing where files were larger than shares, and how many workers have one.

# quota_open: before the shards of a round are handed out.
quota_open() {
	rm -f -- "$FLEET/bytes"
	[ -z "$BYTES_LEFT" ] || echo "$BYTES_LEFT 0" >"$FLEET/bytes"
}

# quota_share: sets SHARE, empty where nothing is limited; fails where nothing is left.
quota_share() {
	SHARE=''
	[ -e "$FLEET/bytes" ] || return 0
	SHARE=$(quota_change take) && [ -n "$SHARE" ]
}

# quota_return RESULTS: what they did not use of the share goes back.
quota_return() {
	[ -n "$SHARE" ] || return 0
	figures_of "$1"
	quota_change $((SHARE - $(figure_or_none bytes) + $(figure_or_none resumed_from)))
}

# quota_change take: prints the share of one more worker. quota_change BYTES: takes them back from one.
quota_change() {
	(
		flock 8
		read -r left sharing <"$FLEET/bytes"
		if [ "$1" != take ]; then
			echo "$((left + $1)) $((sharing - 1))" >"$FLEET/bytes"
		elif [ "$left" -gt 0 ]; then
			without=$((SLOTS > sharing ? SLOTS - sharing : 1))
			part=$((left < without ? 1 : left / without))
			echo "$((left - part)) $((sharing + 1))" >"$FLEET/bytes"
			echo "$part"
		fi
	) 8>>"$FLEET/lock" 9>&-
}
