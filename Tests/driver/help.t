#!/bin/sh
# Help: of all, of each subcommand, and the words for completion.
. "$DRIVER_TESTS/lib.sh"

subcommands() {
	"$BULK" help --words
}

alone() {
	ends 2 "$BULK" 2>shown
	has shown "tf-bulk run -o videos database.sqlite"
	has shown "'tf-bulk help run' explains one"
}
claim "without a word it prints a short help" alone

version() {
	real_tools
	same "$("$BULK" --version)" "$("$REAL_TOOLS/tf-queue" --version)"
}
claim "--version prints the version of the tools" version

each() {
	for name in $(subcommands) help; do
		"$BULK" help "$name" >text
		has text "usage: tf-bulk $name"
		has text "examples:"
		[ "$(sed '1,/^examples:/d' text | grep -c "tf-bulk $name")" -ge 2 ]
		# Wider than a terminal is a line that breaks.
		same "$(awk 'length > 80' text)" ''
		[ "$name" = help ] || "$BULK" "$name" --help | cmp - text
	done
	ends 2 "$BULK" help nothing 2>errors
	has errors "'nothing' is not a subcommand"
	same "$("$BULK" help --all | awk 'length > 80')" ''
}
claim "each subcommand has its own help, with its options and two examples" each

one_screen() {
	"$BULK" help >shown
	[ "$(wc -l <shown)" -le 24 ]
	same "$(awk 'length > 80' shown)" ''
	for name in $(subcommands); do
		grep -qE "^  $name +[a-z]" shown
	done
	"$BULK" --help | cmp - shown
}
claim "help names all subcommands on one screen" one_screen

options_work() {
	records 1 >source.ndjson
	"$BULK" run -y -o out source.ndjson
	for name in $(subcommands); do
		case $name in run | serve | plan | doctor | config) continue ;; esac
		"$BULK" help --words "$name" | while read -r option kind; do
			case $option in --output | --config | --help) continue ;; esac
			if [ "$kind" = flag ]; then set -- "$option"; else set -- "$option" 1; fi
			timeout 60 "$BULK" "$name" -o out "$@" </dev/null >/dev/null 2>errors || true
			lacks errors "is not an option"
		done
	done
}
claim "each option that a subcommand's help names is one of its options" options_work

no_doubles() {
	same "$(subcommands | sort | uniq -d)" ''
	for name in $(subcommands); do
		same "$name $("$BULK" help --words "$name" | cut -d ' ' -f 1 | sort | uniq -d)" "$name "
		same "$("$BULK" help --words "$name" | grep -x -- '--output .*')" "--output folder"
	done
}
claim "no word is offered twice, and --output is a folder" no_doubles

error_codes() {
	codes=$("$REAL_TOOLS/tf-queue" --experimental-dump-help |
		jq -r '.command.arguments[] | select(.valueName == "code") | .allValues | join("|")')
	same "$("$BULK" help --words failed | sed -n 's/^--error //p')" "$codes"
	real_tools
	records 1 >source.ndjson
	fake_pass
	ends 0 "$BULK" run -y -o out source.ndjson
	real_tools
	ends 2 "$BULK" retry -o out --error nope 2>errors
	has errors "'--error nope': there is no such error"
}
claim "the codes for --error are those of tf-queue, and others are refused" error_codes

no_color() {
	records 1 >source.ndjson
	fake tf-fetch <<-'EOF'
		echo "${NO_COLOR-unset}" >>colours
		exec sed 's/}$/,"status":"success"}/'
	EOF
	ends 0 "$BULK" run -y --no-color -o out source.ndjson
	same "$(sort -u colours)" 1
}
claim "--no-color reaches the tools" no_color
