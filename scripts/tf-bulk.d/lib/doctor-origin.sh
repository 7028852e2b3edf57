# shellcheck shell=sh
# What doctor finds out over the network: one segment is signed, and its first bytes are read. The URL goes to curl by
# standard input, so that it is in no process title, and it is never shown.

origin_examine() {
	if ! command -v curl >/dev/null; then
		row warn origin "not asked: curl is not found, install it"
		return
	fi
	record_choose
	if [ -s "$SCRATCH/record" ]; then
		segment_examine
	elif base=$(setting_value base-url); then
		row warn segment "none was tried: name a source, as for 'tf-bulk run'"
		ask "$base" --head
		! answer_examine || row ok origin "$ANSWER"
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
	url=$(tf-sign --quiet "$@" <"$SCRATCH/record" 2>/dev/null | tf-queue --texts signed_url - 2>/dev/null)
	if [ -z "$url" ]; then
		row fail segment "the first one could not be signed: 'tf-sign' on its record tells why"
		return
	fi
	ask "$url" --range 0-15
	answer_examine || return
	row ok origin "$ANSWER"
	case $STATUS in
	200 | 206) bytes_examine ;;
	401 | 403) row fail segment "the origin refuses its URL ($STATUS): is the key pair in the distribution's key group, and the clock right?" ;;
	404 | 410) row fail segment "the origin does not have it ($STATUS): check --base-url and --key-template" ;;
	3??) row warn segment "the origin redirects to another place ($STATUS): --base-url should name that place" ;;
	*) row fail segment "the origin answers $STATUS: try again later, or ask who runs it" ;;
	esac
}

# ask URL OPTION…: the answer's head and first bytes go to files.
ask() {
	url=$1
	shift
	! authority=$(setting_value cacert) || set -- "$@" --cacert "$authority"
	[ "$(setting_value ipv4)" != yes ] || set -- "$@" --ipv4
	[ "$(setting_value ipv6)" != yes ] || set -- "$@" --ipv6
	printf 'url = "%s"\n' "$url" |
		curl -q --silent --show-error --globoff --path-as-is --proto =http,https --connect-timeout 10 --max-time 30 \
			--config - --dump-header "$SCRATCH/head" \
			--write-out '%{stderr}HTTP/%{http_version} %{http_code} %{time_starttransfer}\n' "$@" \
			2>"$SCRATCH/told" | head -c 16 >"$SCRATCH/bytes"
}

# answer_examine: whether there was an answer, and what its date says of the clock. Sets STATUS and ANSWER.
answer_examine() {
	figures=$(grep '^HTTP/[0-9.]* [1-9]' "$SCRATCH/told" | tail -n 1)
	if [ -z "$figures" ]; then
		trouble=$(sed -n 's/^curl: ([0-9]*) //p' "$SCRATCH/told" | sed 's/?[^ ]*//g' | head -n 1)
		row fail origin "no answer: ${trouble:-curl does not say why}: check --base-url, the network and its proxy"
		return 1
	fi
	STATUS=${figures#* }
	STATUS=${STATUS%% *}
	ANSWER="answers by ${figures%% *} in ${figures##* } s"
	clock_examine
}

# clock_examine: a signature is good between two moments, so the clock matters. A cache keeps the date of what it keeps.
clock_examine() {
	date=$(head_field date)
	age=$(head_field age | grep -xE '[0-9]{1,9}')
	case $date in
	[A-Z][a-z][a-z],\ [0-9][0-9]\ *\ GMT) theirs=$(date -d "$date" +%s 2>/dev/null) ;;
	*) theirs='' ;;
	esac
	if [ -z "$theirs" ]; then
		row warn clock "the origin gives no date to compare it with"
		return
	fi
	off=$(($(date +%s) - theirs - ${age:-0}))
	case ${off#-} in
	[0-9] | [12][0-9]) row ok clock "$off s from the origin's" ;;
	*)
		[ "${off#-}" -lt 300 ] && verdict=warn || verdict=fail
		row "$verdict" clock "$off s from the origin's: set it right, or let a time service do so"
		;;
	esac
}

# head_field NAME: of the last answer.
head_field() {
	tr -d '\r' <"$SCRATCH/head" | sed -n "s/^$1: *//Ip" | tail -n 1
}

# bytes_examine: whether a video begins like that.
bytes_examine() {
	case $(od -An -tx1 "$SCRATCH/bytes" | tr -d ' \n') in
	????????66747970* | 1a45dfa3*) row ok segment "one was signed, and begins like a video" ;;
	'') row fail segment "one was signed, and is empty" ;;
	3c* | 7b*) row fail segment "one was signed, and is a page or a message, not a video: check --base-url" ;;
	*) row warn segment "one was signed, and begins like neither MP4 nor WebM" ;;
	esac
}
