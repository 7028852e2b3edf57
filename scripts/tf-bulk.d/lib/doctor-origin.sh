# shellcheck shell=sh
# What doctor finds out over the network: one segment is signed and asked for as a run does it, by `tf-fetch --probe`.

origin_examine() {
	record_choose
	if [ -s "$SCRATCH/record" ]; then
		segment_examine
	elif base=$(setting_value base-url); then
		row warn segment "none was tried: name a source, as for 'tf-bulk run'"
		printf '{"path":"-","url":"%s"}\n' "$base" | probe
		answer_examine
	else
		row warn origin "not asked: name a source and a base URL, as for 'tf-bulk run'"
	fi
}

# record_choose: the first of the source, or else of the job's catalogue.
record_choose() {
	if [ -n "$SOURCE" ] && [ "$SOURCE" != - ]; then
		eval "set -- $CATALOG_OPTIONS"
		tf-catalog "$@" -- "$SOURCE" 2>"$SCRATCH/said" </dev/null | head -n 1 >"$SCRATCH/record"
		[ -s "$SCRATCH/record" ] || row fail source "$(sed -n 's/^tf-catalog: //p' "$SCRATCH/said" | head -n 1)"
	elif [ -f "$CATALOG" ]; then
		head -n 1 -- "$CATALOG" >"$SCRATCH/record"
	fi
}

segment_examine() {
	eval "set -- $SIGN_OPTIONS"
	tf-sign --quiet "$@" <"$SCRATCH/record" >"$SCRATCH/signed" 2>"$SCRATCH/said"
	if [ -z "$(tf-queue --texts signed_url "$SCRATCH/signed" 2>/dev/null)" ]; then
		reason=$(sed -n 's/^tf-sign: //p' "$SCRATCH/said" | head -n 1)
		[ -n "$reason" ] || reason=$(tf-queue --texts message "$SCRATCH/signed" 2>/dev/null)
		row fail segment "the first one could not be signed: $reason"
		return
	fi
	probe <"$SCRATCH/signed"
	answer_examine || return
	if said=$(found message); then
		row fail segment "$said"
		[ "$(found owner)" != credentials ] || signature_explain
	else
		row ok segment "one was signed, and begins like a video"
	fi
}

# signature_explain: what the URL that was refused says of itself.
signature_explain() {
	eval "set -- $SIGN_OPTIONS"
	tf-queue --texts signed_url "$SCRATCH/signed" | tf-sign --explain - "$@" 2>/dev/null >"$SCRATCH/explained" || return 0
	while IFS= read -r line; do
		row info signature "$line"
	done <"$SCRATCH/explained"
	row info signature "so the settings made it: it must be the origin's key pair, and the public half of this very key"
}

# probe: asks for the record on standard input.
probe() {
	eval "set -- $FETCH_OPTIONS"
	tf-fetch --probe "$@" --connect-timeout 10 --max-time 30 >"$SCRATCH/probe" 2>"$SCRATCH/said"
}

# found NAME: a value that the probe has found out.
found() {
	tf-queue --texts "$1" "$SCRATCH/probe" 2>/dev/null | grep .
}

# answer_examine: whether there was an answer, and what its date says of the clock.
answer_examine() {
	if version=$(found http_version); then
		row ok origin "answers by $version in $(found seconds) s"
		clock_examine
	else
		said=$(found message) || said=$(sed -n 's/^tf-fetch: //p' "$SCRATCH/said" | head -n 1)
		row fail origin "$said: check --base-url, the network and its proxy"
		return 1
	fi
}

# clock_examine: a signature is good between two moments, so the clock matters.
clock_examine() {
	if ! off=$(found clock_ahead); then
		row warn clock "the origin gives no date to compare it with${CLOCK_SAID:+, and $CLOCK_SAID}"
		CLOCK_SAID=''
		return
	fi
	off=${off%.*}
	[ "$off" != -0 ] || off=0
	case ${off#-} in
	[0-9] | [12][0-9]) row ok clock "$off s from the origin's${CLOCK_SAID:+, though no time service keeps it right}" ;;
	*)
		[ "${off#-}" -lt 300 ] && verdict=warn || verdict=fail
		row "$verdict" clock "$off s from the origin's: set it right, or let a time service do so"
		;;
	esac
	CLOCK_SAID=''
}
