# shellcheck shell=sh
# The command lines of the subcommands.
#
# sh has no arrays: words that go on to a tool are kept quoted in one variable, and `eval "set -- $X"` takes them out.

. "$PARTS/lib/settings.sh"
. "$PARTS/lib/usage.sh"
. "$PARTS/lib/store.sh"

FLAGS='' # the words that a subcommand takes beside, see parse_folder

# parse_job ARGUMENT…: of `run`, `plan` and `move`. Sets DETACH, FILTER, GIVEN, and what settings_apply sets.
parse_job() {
	DETACH='' FILTER='' GIVEN=''
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			parse_filter "$@"
			break
			;;
		-h | --help) help_show ;;
		--detach)
			DETACH=1
			shift
			;;
		-?*)
			TAKEN=1
			case " $FLAGS " in
			*" $1 "*) GIVEN="$GIVEN $1" ;;
			*) parse_setting "$@" ;;
			esac
			shift "$TAKEN"
			;;
		*)
			parse_source "$1"
			shift
			;;
		esac
	done
	settings_load
	settings_apply
}

# parse_setting OPTION WORD…: sets TAKEN, how many of the words belong to the option.
parse_setting() {
	TAKEN=1
	case $1 in
	--*=*) option=${1%%=*} value=${1#*=} TAKEN=0 ;;
	-[jo]?*) value=${1#-?} option=${1%"${1#-?}"} TAKEN=0 ;;
	*) option=$1 ;;
	esac
	case $option in
	-o) word=output ;;
	-j) word='jobs' ;;
	-y) word=yes ;;
	-4) word=ipv4 ;;
	-6) word=ipv6 ;;
	--source | -[!-]*) word='' ;;
	*) word=${option#--} ;;
	esac
	if [ "$word" = config ]; then
		KIND='file'
	else
		setting_is "$word" || option_unknown "$option"
	fi
	if [ "$TAKEN" -eq 0 ]; then
		TAKEN=1
	elif [ "$KIND" = flag ]; then
		value=yes
	else
		[ $# -gt 1 ] || fail 2 "option '$1' needs a value, see 'tf-bulk help $COMMAND'"
		value=$2 TAKEN=2
	fi
	case $word in
	config) CONFIG=$value ;;
	*) setting_put option "$option" "$word" "$value" ;;
	esac
}

# option_unknown OPTION
option_unknown() {
	fail 2 "'$1' is not an option, see 'tf-bulk help $COMMAND'$(did_you_mean "${1#--}" "$(options_all)" --)"
}

# options_all: the names of the options that `run` takes.
options_all() {
	settings_each echo | grep -vx source
	printf '%s\n' config detach help
}

# until_at TIME: sets UNTIL, in Unix seconds. An hour of the day is the next such hour.
until_at() {
	case $1 in
	[0-9]:[0-5][0-9] | [01][0-9]:[0-5][0-9] | 2[0-3]:[0-5][0-9])
		until_hour today "$1" && [ "$UNTIL" -gt "$(date +%s)" ] || until_hour tomorrow "$1"
		;;
	# A number is Unix seconds; `6` or `600` would be long ago.
	*[!0-9]*) UNTIL=$(date -d "$1" +%s 2>/dev/null) ;;
	?????????*) UNTIL=$1 ;;
	*) false ;;
	esac || fail 2 "--until '$1' is not a time: give one as in 06:00"
	FETCH_OPTIONS="$FETCH_OPTIONS --until $UNTIL"
}

# lease_of TIME: sets LEASE, in seconds.
lease_of() {
	LEASE=${1%[smh]}
	case $LEASE in
	'' | 0* | *[!0-9]* | ???????*) LEASE=0 ;;
	esac
	case $1 in
	*m) LEASE=$((LEASE * 60)) ;;
	*h) LEASE=$((LEASE * 3600)) ;;
	esac
	[ "$LEASE" -ge 5 ] || fail 2 "--lease '$1' is not a time of 5 seconds or more: give one as in 2m"
}

# number_plain NAME VALUE: the shell takes a number that begins with 0 for an octal one.
number_plain() {
	case $2 in
	0?*) fail 2 "--$1 '$2' begins with 0: give the number without it" ;;
	esac
}

# until_hour DAY HH:MM: when the clocks go forward, an hour is left out: it is counted from midnight then.
until_hour() {
	UNTIL=$(date -d "$1 $2" +%s 2>/dev/null) && return
	UNTIL=$(date -d "$1 00:00" +%s 2>/dev/null) || return
	hours=${2%:*} minutes=${2#*:}
	UNTIL=$((UNTIL + ${hours#0} * 3600 + ${minutes#0} * 60))
}

# parse_source WORD: there is one.
parse_source() {
	[ -n "$1" ] || fail 2 "the source is an empty word: name a catalogue, or '-' for standard input"
	[ -z "${value_source:-}" ] ||
		fail 2 "two sources, '$value_source' and '$1': give one, and a filter after '--'"
	setting_put option 'command line' source "$1"
}

# parse_filter COMMAND…: what follows `--`.
parse_filter() {
	[ $# -gt 0 ] || fail 2 "nothing follows '--': name a filter, as in '-- grep Blues'"
	command -v -- "$1" >/dev/null || fail 2 "filter '$1': no such command"
	FILTER=$(quoted "$@")
}

# parse_folder ARGUMENT…: of the subcommands that work on a job that is there. FLAGS are the words that this one takes
# beside, and VALUES those with a value; sets GIVEN, the flags that were given, CHOICE, the others with their values as
# they would be typed, JSON, and what settings_apply sets.
parse_folder() {
	JSON='' GIVEN='' CHOICE=''
	while [ $# -gt 0 ]; do
		case $1 in
		-h | --help) help_show ;;
		--json) JSON=1 ;;
		-o* | --output | --output=* | --tries | --tries=* | --config | --config=* | --no-color | --no-color=*)
			parse_setting "$@"
			[ "$TAKEN" -eq 1 ] || shift
			;;
		*)
			case " ${FLAGS:-} " in
			*" $1 "*) GIVEN="$GIVEN $1" ;;
			*)
				parse_choice "$@"
				[ "$TAKEN" -eq 1 ] || shift
				;;
			esac
			;;
		esac
		shift
	done
	settings_load
	settings_apply
}

# parse_choice OPTION WORD…: sets TAKEN, how many of the words belong to it.
parse_choice() {
	case $1 in
	--*=*) option=${1%%=*} value=${1#*=} TAKEN=1 ;;
	-[!-]?*) value=${1#-?} option=${1%"${1#-?}"} TAKEN=1 ;;
	*) option=$1 TAKEN=2 ;;
	esac
	case " ${VALUES:-} " in
	*" $option "*) ;;
	*) fail 2 "'$1' is not an option here, see 'tf-bulk help $COMMAND'$(did_you_mean "${option#--}" "$(options_here)" --)" ;;
	esac
	[ $# -ge "$TAKEN" ] || fail 2 "option '$option' needs a value, see 'tf-bulk help $COMMAND'"
	if [ "$TAKEN" -eq 1 ]; then
		CHOICE="$CHOICE $(quoted "$option" "$value")"
	else
		CHOICE="$CHOICE $(quoted "$option" "$2")"
	fi
}

# given FLAG…: whether one of them is on the command line.
given() {
	for flag; do
		case " $GIVEN " in
		*" $flag "*) return 0 ;;
		esac
	done
	return 1
}

# options_here: the names of what this subcommand takes.
options_here() {
	printf '%s\n' "output tries config no-color help json ${FLAGS:-} ${VALUES:-}" | tr ' ' '\n' | sed 's/^-*//'
}

# quoted WORD…: the words as they would be typed.
quoted() {
	for word; do
		printf '%s\n' "$word" | sed -e "s/'/'\\\\''/g" -e "1s/^/'/" -e "\$s/\$/' \\\\/"
	done
	printf ' '
}
