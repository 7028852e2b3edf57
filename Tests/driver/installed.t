#!/bin/sh
# What scripts/install puts in place: the driver, units for systemd, completions for shells.
. "$DRIVER_TESTS/lib.sh"

# Once for all claims, which only look at it.
if [ -z "${CLAIM:-}" ]; then
	PREFIX=$(mktemp -d)
	export PREFIX
	trap 'rm -rf "$PREFIX"' EXIT
	"$DRIVER_TESTS/../../scripts/install" --no-build --prefix "$PREFIX" >/dev/null || exit
fi

in_place() {
	real_tools
	records 2 >source.ndjson
	ends 0 env -u TF_TOOLS PATH="$PREFIX/bin:$PATH" tf-bulk plan -o out source.ndjson
	ends 0 env -u TF_TOOLS PATH="$PREFIX/bin:$PATH" tf-bulk config
	for page in "$DRIVER_TESTS"/../../man/*; do
		[ -f "$PREFIX/share/man/man${page##*.}/$(basename "$page")" ]
	done
}
claim "the driver works from where it is installed, with its pages" in_place

units() {
	has "$PREFIX/share/systemd/user/tf-bulk@.service" "ExecStart=$PREFIX/bin/tf-bulk run"
	has "$PREFIX/share/systemd/user/tf-bulk@.service" "IgnoreSIGPIPE=no"
	# An instance of each: a template alone has no command to look at.
	cp "$PREFIX"/share/systemd/user/tf-bulk@.* .
	cp tf-bulk@.service tf-bulk@library.service
	cp tf-bulk@.timer tf-bulk@library.timer
	HOME=$PWD XDG_RUNTIME_DIR=$PWD systemd-analyze verify --man=no --user ./tf-bulk@library.service \
		./tf-bulk@library.timer 2>errors
	same "$(cat errors)" ''
	same "$(systemd-analyze calendar --iterations=1 "$(sed -n 's/^OnCalendar=//p' tf-bulk@.timer)" | grep -c 01:00:00)" 2
}
command -v systemd-analyze >/dev/null || skip "systemd-analyze is not here"
claim "systemd finds nothing wrong with the units" units
SKIPPED=''

# completed LINE: what each shell below offers for the command line.
bash_completed() {
	# shellcheck disable=SC2016 # for that bash
	PATH=$PREFIX/bin:$PATH bash -c '
		. /usr/share/bash-completion/bash_completion
		BASH_COMPLETION_USER_DIR=/nonexistent
		. "$1/share/bash-completion/completions/${2%% *}"
		COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
		read -ra COMP_WORDS <<<"$2"
		[[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		compopt() { :; }
		function=$(complete -p "${2%% *}" | sed "s/.*-F \([^ ]*\) .*/\1/")
		"$function" "${2%% *}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$PREFIX" "$1"
}

# zsh completes at a prompt only: one of its own, on a pseudo terminal. What its functions hand to compadd is offered.
zsh_completed() {
	cat >rc <<-EOF
		PATH=$PREFIX/bin:\$PATH
		fpath=($PREFIX/share/zsh/site-functions \$fpath)
		autoload -U compinit
		compinit -u -D
		compadd() {
			local -a found
			[[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] || {
				builtin compadd -O found "\$@"
				print -rl -- \$found >>$PWD/found
			}
			builtin compadd "\$@"
		}
		comppostfuncs=(exit)
		bindkey '^I' complete-word
	EOF
	rm -f found
	# shellcheck disable=SC2016 # for that zsh
	timeout 60 zsh -f -c '
		zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell ". ./rc"
		zpty -w -n shell "$1"$'"'\\t'"'
		while zpty -r shell shown; do :; done' zsh "$1"
	cat found
}

fish_completed() {
	# shellcheck disable=SC2016 # for that fish
	HOME=$PWD PATH=$PREFIX/bin:$PATH fish --no-config -c '
		source $argv[1]/share/fish/vendor_completions.d/(string split " " -- $argv[2])[1].fish
		complete -C $argv[2]' "$PREFIX" "$1" | cut -f 1
}

# offers SHELL LINE WORD
offers() {
	"$1_completed" "$2" >offered
	grep -qxF -- "$3" offered || {
		echo "$1 offers no '$3' for '$2':"
		cat offered
		return 1
	}
}

# driver_words SHELL
driver_words() {
	touch source.ndjson
	mkdir videos
	for command in $("$BULK" help --words); do
		offers "$1" "tf-bulk " "$command"
	done
	offers "$1" "tf-bulk st" stop
	offers "$1" "tf-bulk stop --" --now
	offers "$1" "tf-bulk run --" --detach
	offers "$1" "tf-bulk run --rate-" --rate-limit
	offers "$1" "tf-bulk run --sync " none
	offers "$1" "tf-bulk run --jobs " auto
	offers "$1" "tf-bulk run -j " auto
	offers "$1" "tf-bulk limit -j " auto
	same "$("$1_completed" "tf-bulk run -j ")" auto
	offers "$1" "tf-bulk run --private-key so" source.ndjson
	offers "$1" "tf-bulk run so" source.ndjson
	"$1_completed" "tf-bulk run -o " | grep -qx 'videos/*'
}

# tool_words SHELL
tool_words() {
	for tool in tf-catalog tf-sign tf-fetch tf-tally tf-queue; do
		offers "$1" "$tool --hel" --help
	done
	offers "$1" "tf-fetch --max-fi" --max-files
	offers "$1" "tf-catalog --schema ven" vendor
	offers "$1" "tf-sign --private-key so" source.ndjson
}

bash_words() {
	driver_words bash
	tool_words bash
}
claim "bash completes tf-bulk and every tool" bash_words

zsh_words() {
	driver_words zsh
	tool_words zsh
}
command -v zsh >/dev/null || skip "zsh is not here"
claim "zsh completes tf-bulk and every tool" zsh_words
SKIPPED=''

fish_words() {
	driver_words fish
	tool_words fish
}
command -v fish >/dev/null || skip "fish is not here"
claim "fish completes tf-bulk and every tool" fish_words
SKIPPED=''
