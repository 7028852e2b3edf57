#!/bin/sh
# What a user's surroundings make of words and numbers: locales, awks, shells, and what settings mean to who types them.
. "$DRIVER_TESTS/lib.sh"

# locale_make NAME: a locale of the claim's own.
locale_make() {
	mkdir -p locales
	localedef -i "$1" -f UTF-8 "locales/$1.UTF-8" 2>/dev/null || [ -f "locales/$1.UTF-8/LC_CTYPE" ]
	export LOCPATH="$PWD/locales" LC_ALL="$1.UTF-8"
}

# awk_is COMMAND: it is what is called awk.
awk_is() {
	mkdir -p bin
	ln -sf "$(command -v "$1")" bin/awk
	PATH=$PWD/bin:$PATH
}

turkish() {
	locale_make tr_TR
	for awk in mawk gawk; do
		! command -v $awk >found || awk_is $awk
		# shellcheck disable=SC2016 # the variable's name
		TF_LIMIT=2 TF_MIN_FREE=1M TF_RETRIES=3 "$BULK" config | tr -s ' ' >shown
		# shellcheck disable=SC2016
		has shown 'limit 2 $TF_LIMIT'
		has shown 'min-free 1M'
		has shown 'retries 3'
	done
}
claim "TF_LIMIT is limit where the small letter of I is another one, with every awk" turkish

german() {
	real_tools
	locale_make de_DE
	! command -v mawk >found || awk_is mawk
	mkdir -p out/.tf-bulk out/c
	records 3 | sed 's/}$/,"size":1610612736}/' >out/.tf-bulk/catalog.ndjson
	echo '{"path":"c/1.mp4","status":"success","bytes":1610612736,"seconds":1.5,"finished_at":1700000002}' >out/.tf-bulk/results.ndjson
	"$BULK" status -o out >shown
	has shown "about 3.0 GiB left to fetch"
	lacks shown "left to fetch ("
	TF_RATE=1.5M "$BULK" plan -o out out/.tf-bulk/catalog.ndjson >shown
	has shown "34 min at 1.5M a second"
}
claim "a decimal point is one where others write a comma" german

german_quota() {
	records 20 >source.ndjson
	locale_make de_DE
	! command -v mawk >found || awk_is mawk
	fake tf-fetch <<-'EOF'
		[ "$*" != "${*#*--active}" ] || exit 0
		echo "$*" >>fetched
		sed -e 's/}$/,"status":"success","bytes":1048576}/' -e 2q
	EOF
	ends 1 "$BULK" run -y -o out --max-bytes 1.9M source.ndjson
	has fetched "--max-bytes 1992294"
	lines fetched 1
}
claim "--max-bytes 1.9M is as many bytes there" german_quota

locale_of_the_filter() {
	records 1 >source.ndjson
	# shellcheck disable=SC2016 # for the filter
	LC_ALL=C.UTF-8 LANG=fr_FR "$BULK" run -y -o out source.ndjson -- sh -c 'echo "$LC_ALL $LANG" >seen; cat'
	same "$(cat seen)" "C.UTF-8 fr_FR"
	# shellcheck disable=SC2016
	env -u LC_ALL "$BULK" run -y -o out source.ndjson -- sh -c 'echo "${LC_ALL-none}" >seen; cat'
	same "$(cat seen)" none
	# shellcheck disable=SC2016
	LC_ALL=C.UTF-8 "$BULK" run -y --detach -o out source.ndjson -- sh -c 'echo "$LC_ALL" >seen; cat'
	same "$(cat seen)" C.UTF-8
	timeout 60 flock out/.tf-bulk/lock true
}
claim "a filter has its user's locale" locale_of_the_filter

other_variables() {
	real_tools
	mkdir -p elsewhere/out out/.tf-bulk
	: >out/.tf-bulk/results.ndjson
	records 1 >out/.tf-bulk/catalog.ndjson
	# A folder of the same name elsewhere, a block size, Terraform's and TensorFlow's variables.
	CDPATH=$PWD/elsewhere POSIXLY_CORRECT=1 BLOCKSIZE=1 DF_BLOCK_SIZE=G TF_LOG=DEBUG TF_CPP_MIN_LOG_LEVEL=3 \
		TF_CLI_ARGS=x TF_VAR_jobs=9 "$BULK" status -o out >shown
	has shown "goes on from here"
	[ ! -e DEBUG ]
	# A line break in a value makes no other variable.
	MOTD=$(printf 'x\nTF_JOBS=7') "$BULK" config >shown
	lacks shown jobs
}
claim "other programs' variables mean nothing here" other_variables

near_variables() {
	ends 2 env TF_RATE_LIMT=1M "$BULK" status -o out 2>errors
	# shellcheck disable=SC2016 # the variable's name
	has errors '$TF_RATE_LIMT is not a setting: correct or unset it; did you mean '"'TF_RATE_LIMIT'?"
	ends 2 env TF_limit=1 "$BULK" config 2>errors
	has errors "'TF_LIMIT'"
	ends 2 env TF_OUPUT=x "$BULK" clean --reset --files --yes 2>errors
	has errors "'TF_OUTPUT'"
}
claim "a variable that is nearly one of ours is refused, not passed over" near_variables

home() {
	mkdir home
	HOME=$PWD/home
	export HOME
	records 1 >home/source.ndjson
	# shellcheck disable=SC2088 # as in a file
	printf 'output = ~/videos\nsource = ~/source.ndjson\nprivate-key = ~/key.pem\n' >tf-bulk.conf
	fake tf-sign <<-'EOF'
		echo "$TF_PRIVATE_KEY" >>signed
		exec cat
	EOF
	ends 0 "$BULK" run -y
	lines home/videos/.tf-bulk/results.ndjson 1
	same "$(sort -u signed)" "$HOME/key.pem"
	rm tf-bulk.conf
	# shellcheck disable=SC2088
	ends 0 env TF_OUTPUT='~/other' TF_PRIVATE_KEY='~/k' "$BULK" run -y "$HOME/source.ndjson"
	lines home/other/.tf-bulk/results.ndjson 1
	has signed "$HOME/k"
	# shellcheck disable=SC2088
	ends 0 "$BULK" run -y --output='~/third' "$HOME/source.ndjson"
	lines home/third/.tf-bulk/results.ndjson 1
	[ ! -e '~' ]
	ends 0 "$BULK" run -y -o './~' "$HOME/source.ndjson"
	lines './~/.tf-bulk/results.ndjson' 1
	# shellcheck disable=SC2088
	ends 2 env -u HOME "$BULK" config --output='~/x' 2>errors
	has errors "HOME names none"
	ends 2 "$BULK" config -o '~else/x' 2>errors
	has errors "another user's home"
}
claim "~ is the home folder, in a file, a variable and an option" home

# refused LINE MESSAGE
refused() {
	printf '%s\n' "$1" >tf-bulk.conf
	ends 2 "$BULK" config >output 2>errors
	has errors "tf-bulk: './tf-bulk.conf', line 1: $2"
}
# shellcheck disable=SC2016 # as it stands
typed_for_a_shell() {
	refused 'output = $HOME/videos' "nothing is expanded in 'output'"
	refused 'output = ${HOME}/videos' "nothing is expanded in 'output'"
	refused 'private-key = `pwd`/key.pem' "nothing is expanded in 'private-key'"
	refused 'base-url = https://$HOST' "nothing is expanded in 'base-url'"
	refused 'jobs = 4 # gently' "what follows '#' would be part of the value"
	refused 'output = "/srv/videos" # the disk' "what follows '#' would be part of the value"
	refused 'output = "/srv/videos' "the quote would be part of the value"
	refused "$(printf 'output = \342\200\234/srv/videos\342\200\235')" "the quote would be part of the value"
	refused 'output = /srv/My\ Videos' "the backslash would be part of the value"
	refused 'output = C:\Videos' "'C:\\Videos' is a path of Windows"
	refused 'output = file:///srv/videos' "'file:///srv/videos' is a URL"
	refused 'output =' "'output' has no value"
	refused "$(printf 'output = /srv/vid\342\200\213eos')" "the value of 'output' has a character that cannot be seen"
	refused "$(printf 'jobs = 4\rlimit = 5')" "the value has a carriage return in it"
	ends 2 env TF_OUTPUT='"/srv/videos"' "$BULK" config 2>errors
	has errors "TF_OUTPUT: the quotes would be part of the value"
	ends 2 env TF_OUTPUT='$HOME/videos' "$BULK" config --config /dev/null 2>errors
	has errors "TF_OUTPUT: nothing is expanded"
	ends 2 "$BULK" clean --reset --files --yes -o '' 2>errors
	has errors "-o: 'output' has no value"
}
claim "what only a shell takes away or expands is refused, with the line" typed_for_a_shell

forms_of_others() {
	refused '[job]' "this is not 'name = value': there are no sections"
	refused '; gently' "this is not 'name = value': a comment begins with '#'"
	refused 'jobs: 4' "this is not 'name = value'"
	refused 'export TF_JOBS=4' "'export TF_JOBS' is not a setting; did you mean 'jobs'?"
	refused 'RATE_LIMIT=4M' "'RATE_LIMIT' is not a setting; did you mean 'rate-limit'?"
	refused '--jobs = 4' "'--jobs' is not a setting; did you mean 'jobs'?"
	printf '\377\376j\000o\000b\000s\000=\0004\000\n\000' >tf-bulk.conf
	ends 2 "$BULK" config 2>errors
	has errors "save it as UTF-8"
}
claim "other programs' ways to write settings are told apart" forms_of_others

editors() {
	# A byte order mark, line ends of Windows, blanks that were copied from a page, no last line feed.
	printf '\357\273\277jobs = 4\r\n  limit\302\240=\302\2405 \r\nuser-agent = My Agent\r\n\r\n# x\r\n' >tf-bulk.conf
	# shellcheck disable=SC2016 # a folder's name
	printf "output = My Videos (1)'s/%s" '$5' >>tf-bulk.conf
	"$BULK" config | tr -s ' ' >shown
	has shown "jobs 4 "
	has shown "limit 5 "
	has shown "user-agent My Agent "
	# shellcheck disable=SC2016 # a folder's name
	has shown "output My Videos (1)'s/\$5 "
	has shown "line 6"
}
claim "what editors leave in a file changes no value" editors

blamed() {
	real_tools
	records 1 >source.ndjson
	openssl genrsa -out key.pem 2048 2>/dev/null
	printf 'output = out\nsource = source.ndjson\nrate-limit = fast\n' >tf-bulk.conf
	TF_KEY_PAIR_ID=K1 TF_PRIVATE_KEY=key.pem TF_BASE_URL=http://127.0.0.1:9
	export TF_KEY_PAIR_ID TF_PRIVATE_KEY TF_BASE_URL
	ends 2 env TF_JOBS=3 "$BULK" run --yes 2>errors
	has errors "--rate-limit comes from './tf-bulk.conf', line 3"
	lacks errors '--jobs comes from'
	rm tf-bulk.conf
	ends 2 env TF_JOBS=three "$BULK" run --yes -o out source.ndjson 2>errors
	# shellcheck disable=SC2016 # the variable's name
	has errors '--jobs comes from $TF_JOBS'
	ends 2 "$BULK" run --yes -o out --base-url example.org source.ndjson 2>errors
	lacks errors 'comes from'
	printf 'output = out\nsource = source.ndjson\ncourse = 1, 2\n' >tf-bulk.conf
	ends 2 "$BULK" run --yes 2>errors
	has errors "--course comes from './tf-bulk.conf', line 3"
}
claim "a value that a tool refuses is reported with the line that it comes from, and no other value is" blamed

until_when() {
	records 1 >source.ndjson
	for wrong in 6 600 24:30 6:60 yes; do
		ends 2 "$BULK" plan --until "$wrong" -o out source.ndjson 2>errors
		has errors "--until '$wrong' is not a time"
	done
	ends 0 "$BULK" plan --until 6:00 -o out source.ndjson
	# The clocks go forward at two: whichever day it is, an hour of the night is less than a day and an hour away.
	TZ='X0Y,J1/2,J365/2' "$BULK" plan --until 2:30 -o out source.ndjson
}
claim "a number that is not a time does not end a run at once" until_when

shells() {
	for shell in bash 'bash --posix' ksh mksh 'busybox sh' 'zsh --emulate sh'; do
		command -v "${shell%% *}" >found || continue
		rm -rf out
		records 4 >source.ndjson
		# shellcheck disable=SC2086 # words
		ends 0 env TF_JOBS=2 $shell "$BULK" run --yes -o out source.ndjson -- grep -v T4
		lines out/.tf-bulk/results.ndjson 3
		# shellcheck disable=SC2086
		$shell "$BULK" status -o out >shown
		has shown "Everything is there."
		# shellcheck disable=SC2086
		ends 0 $shell "$BULK" clean --reset -o out --yes
		# shellcheck disable=SC2086
		same "$(mkdir -p left && TMPDIR=$PWD/left $shell "$BULK" status -o out | head -n 1 >/dev/null; ls left)" ''
		# shellcheck disable=SC2086
		ends 2 $shell "$BULK" run -y --jbos 2 2>errors
		has errors "did you mean '--jobs'?"
	done
}
claim "it runs in other shells than dash" shells

closed() {
	records 4 >source.ndjson
	"$BULK" run -y -o out source.ndjson <&- >&- 2>errors
	lines out/.tf-bulk/results.ndjson 4
	lacks errors 'Bad file descriptor'
	rm -rf out
	"$BULK" run -y -o out source.ndjson <&- >&- 2>&-
	lines out/.tf-bulk/results.ndjson 4
	rm -rf out
	"$BULK" run -y --detach -o out source.ndjson <&- 2>errors
	lacks errors 'Bad file descriptor'
	timeout 60 flock out/.tf-bulk/lock true
	lines out/.tf-bulk/results.ndjson 4
}
claim "a job runner may start it with standard descriptors closed" closed
