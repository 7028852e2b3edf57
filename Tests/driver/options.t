#!/bin/sh
# The table of settings in lib/settings.sh, checked against what the tools themselves tell of their options.
. "$DRIVER_TESTS/lib.sh"

# What the driver says itself to a tool, and no user through it.
OWN='
tf-catalog: debug plan output rate courses print-sql missing extra
tf-sign: debug check catalog go-on jobs explain json quiet cookies
tf-fetch: began debug probe output max-files max-bytes until total catalog round active evidence limits verify-existing refresh keep-old
tf-queue: debug state failed due next began summary error course attempts-under mark split into shard host run reasons compact older-than refresh append-to evidence
tf-queue: check-catalog sums texts plain json limit check
'

# table: NAME OWNER KIND of each setting.
table() {
	PARTS=$BULK.d sh -c '. "$PARTS/lib/settings.sh"; printf "%s\n" "$SETTINGS"' | grep .
}

# options TOOL: the name of each, and its kind as the table would have it.
options() {
	"$REAL_TOOLS/$1" --experimental-dump-help | jq -r '
		.command.arguments[] | select(.kind != "positional") |
		(.names | map(select(.kind == "long"))[0].name) + " " +
		(if .kind == "flag" then "flag"
		 elif .allValues then (.allValues | sort | join("|"))
		 elif .valueName == "file|course" then "course|file"
		 elif .valueName == "file" then "file"
		 elif .valueName == "dir" then "folder"
		 else "text" end) + (if .isRepeating then "+" else "" end)' | grep -vE '^(help|version) '
}

# sorted_kind: of the table's kinds; for a tool, a free text is a text.
sorted_kind() {
	while read -r name owner kind; do
		case $kind in
		free*) kind=text${kind#free} ;;
		*'|text') kind=text ;;
		*'|'*) kind=$(printf '%s\n' "$kind" | tr '|' '\n' | sort | paste -s -d '|') ;;
		esac
		printf '%s %s %s\n' "$name" "$owner" "$kind"
	done
}

held_together() {
	real_tools
	table | sorted_kind >table
	for tool in tf-catalog tf-sign tf-fetch tf-queue; do
		printf '%s' "$OWN" | sed -n "s/^$tool: //p" | tr ' ' '\n' | sort >own
		options "$tool" | sort >options
		awk -v tool="+$tool+" 'index("+" $2 "+", tool) { print $1, $3 }' table | sort >ours
		# http is any, 1.1 or 2 by its words, whatever the tool calls it.
		join -v 1 options own >theirs
		join -v 1 ours theirs >unknown
		join -v 1 theirs ours >missing
		same "$(cat unknown)" ''
		same "$tool: $(cut -d ' ' -f 1 missing | while read -r name; do grep -q "^$name " table || printf '%s ' "$name"; done)" "$tool: "
		join ours theirs | awk '$2 != $3' >differ
		same "$(cat differ)" ''
	done
}
claim "the driver's settings are the tools' options, each with its kind of value" held_together

told_to_people() {
	"$BULK" help --all >help
	table | while read -r name rest; do
		case $name in
		source) continue ;;
		jobs) word='-j N' ;;
		ipv4) word=-4 ;;
		ipv6) word=-6 ;;
		*) word=--$name ;;
		esac
		grep -qE -e "(^|[ ,;])$word([], ;=.]|$)" help || echo "help: $word"
		grep -qE -e "(Fl -|, -)$name( |$)" "$DRIVER_TESTS/../../man/tf-bulk.1" ||
			case $name in ipv[46]) ;; *) echo "manual: $name" ;; esac
	done >missing
	same "$(cat missing)" ''
}
claim "each setting is in the help and in the manual" told_to_people

# code PATTERN: the lines of the driver that have it, but for comments.
code() {
	grep -rnE -e "$1" "$BULK" "$BULK.d" | grep -vE ':[0-9]+:[[:blank:]]*#' || true
}

one_place() {
	code '(catalog|results|round)\.ndjson|(plan|stats|active|evidence)\.json|report\.html|/lock$|/log$|\.tf-bulk/' |
		grep -v lib/state.sh: >elsewhere || true
	same "$(cat elsewhere)" ''
}
claim "the names of the state's files are in one place" one_place
