# shellcheck shell=sh
# The settings of a job: options come before the environment, and that before a file.
#
# sh has no records. Of the setting rate-limit, value_rate_limit is what it is (a line for each, where it is a list),
# from_rate_limit where that comes from, layer_rate_limit which of the three this is, and words_rate_limit the option as
# it would be typed. Names are looked up in the table before they become part of a variable's.

. "$PARTS/lib/settings-file.sh"
. "$PARTS/lib/settings-value.sh"

# NAME OWNER KIND of each. An OWNER other than tf-bulk gets it as an option; a + joins two of them. KIND tells what the
# value is: its words, or file, folder, text, or free, a text in which any character has a meaning. `auto|text` is a
# text of which a word has a meaning of its own. A + after it means a list, and `flag` is for yes or no. A test compares
# the table with what the tools themselves tell.
SETTINGS='
output tf-bulk folder
source tf-bulk file
hosts tf-bulk file
install-hosts tf-bulk flag
lease tf-bulk text
yes tf-bulk flag
allow-shrink tf-bulk flag
no-color tf-bulk flag
until tf-bulk text
rate tf-bulk text
max-files tf-bulk text
max-bytes tf-bulk text
store tf-bulk text
notify tf-bulk free
notify-limit tf-bulk text
ping tf-bulk free
stuck-after tf-bulk text
log-size tf-bulk text
log-age tf-bulk text
log-files tf-bulk text
spool-size tf-store text
test tf-catalog flag
course tf-catalog text+
limit tf-catalog text
key-template tf-catalog free
path-template tf-catalog free
alias-template tf-catalog free+
url-template tf-catalog free
map tf-catalog free+
schema tf-catalog local|vendor
listing tf-catalog file
token-file tf-catalog file
key-pair-id tf-sign text
private-key tf-sign file
passphrase-file tf-sign file
base-url tf-sign text
hash tf-sign sha1|sha256
scope tf-sign file|course
ip tf-sign text
not-before tf-sign text
s3 tf-sign flag
bucket tf-sign text
region tf-sign text
endpoint tf-sign text
path-style tf-sign flag
ttl tf-sign text
expires-at tf-sign text
jobs tf-fetch auto|text
jobs-most tf-fetch text
retries tf-fetch text
retry-delay tf-fetch text
backoff tf-fetch text
max-time tf-fetch text
connect-timeout tf-fetch text
stall-timeout tf-fetch text
stall-speed tf-fetch text
min-validity tf-fetch text
patience tf-fetch text
min-free tf-fetch text
per-host tf-fetch text
connections tf-fetch text
split-from tf-fetch text
rate-limit tf-fetch text
requests-per-second tf-fetch text
jitter tf-fetch text
loops tf-fetch text
verify tf-fetch+tf-files structure|type|size|none
etag-is-md5 tf-fetch+tf-files flag
file-hash tf-fetch none|md5|sha256
allow-links tf-fetch+tf-files flag
sync tf-fetch full|none
progress tf-fetch auto|bar|plain|json|none
follow tf-fetch flag
allow-host tf-fetch text+
cacert tf-fetch+tf-catalog file
header-file tf-fetch file
cookie-file tf-fetch file
http tf-fetch any|1.1|2
ipv4 tf-fetch flag
ipv6 tf-fetch flag
user-agent tf-fetch free
tries tf-queue text
'

# setting_is NAME: whether there is such a setting. Sets OWNER and KIND, and SETTING, its name as part of a variable's.
setting_is() {
	case $1 in
	'' | *[!a-z0-9-]*) return 1 ;;
	esac
	case $SETTINGS in
	*"
$1 "*) ;;
	*) return 1 ;;
	esac
	KIND=${SETTINGS#*"
$1 "}
	KIND=${KIND%%"
"*}
	OWNER=${KIND%% *}
	KIND=${KIND#* }
	setting_named "$1"
}

# setting_named NAME: sets SETTING.
setting_named() {
	SETTING=$1
	while [ "${SETTING#*-}" != "$SETTING" ]; do
		SETTING=${SETTING%%-*}_${SETTING#*-}
	done
}

# settings_each COMMAND: runs it with the name of each setting, and what setting_is would set.
settings_each() {
	while read -r name OWNER KIND; do
		[ -z "$name" ] || {
			setting_named "$name"
			"$1" "$name"
		}
	done <<-EOF
		$SETTINGS
	EOF
}

# setting_put LAYER FROM NAME VALUE: unless an earlier layer has said it.
setting_put() {
	setting_is "$3" || return
	eval "layer=\${layer_$SETTING:-}"
	[ -z "$layer" ] || [ "$layer" = "$1" ] || return 0
	value_mean "$@"
	words=$(setting_words "$2" "$3" "$VALUE") || exit
	if [ -n "$layer" ] && [ "${KIND%+}" != "$KIND" ]; then
		eval "words_$SETTING=\"\$words_$SETTING \$words\" value_$SETTING=\"\$value_$SETTING
\$VALUE\""
	else
		eval "words_$SETTING=\$words value_$SETTING=\$VALUE layer_$SETTING=\$1 from_$SETTING=\$2"
	fi
}

# setting_words FROM NAME VALUE: the option as it would be typed.
setting_words() {
	case $KIND,$3 in
	flag,yes) printf ' --%s' "$2" ;;
	flag,no) ;;
	flag,*) fail 2 "$1: '$2' is yes or no, not '$3'" ;;
	*)
		printf ' '
		quoted "--$2" "$3"
		;;
	esac
}

# setting_value NAME: prints it; fails where nothing said it.
setting_value() {
	setting_is "$1"
	eval "[ -n \"\${layer_$SETTING:-}\" ] && printf '%s\n' \"\$value_$SETTING\""
}

# settings_load: what the options have left open, from the environment and the file. CONFIG is the file's name, if any.
settings_load() {
	settings_from_environment
	CONFIG=${CONFIG:-${TF_CONFIG:-}}
	if [ -n "$CONFIG" ]; then
		{ [ ! -d "$CONFIG" ] && true <"$CONFIG"; } 2>/dev/null ||
			fail 2 "'$CONFIG': cannot be read: name another file with --config"
	else
		config_find
	fi
	[ -z "$CONFIG" ] || config_read
}

# settings_from_environment: TF_RATE_LIMIT is rate-limit. What is set but empty counts as not set.
settings_from_environment() {
	# Each value on one line of its own, so that none can be taken for a variable.
	variables=$(env -0 | tr '\n\0' ' \n' | sed -n 's/^\(TF_[A-Za-z0-9_]*\)=..*/\1/p')
	for variable in $variables; do
		name=$(printf '%s' "${variable#TF_}" | tr 'A-Z_' 'a-z-')
		case $variable in
		TF_TOOLS | TF_CONFIG | TF_BULK_DETACHED | TF_SERVE*) ;;
		*[a-z]*) variable_unknown "$variable" ;;
		*)
			if setting_is "$name"; then
				eval "setting_put environment \$variable \$name \"\$$variable\""
			else
				variable_unknown "$variable"
			fi
			;;
		esac
	done
}

# variable_unknown NAME: other programs have variables that begin like ours. One that is nearly ours is a mistake.
variable_unknown() {
	meant=$(did_you_mean "$(printf %s "${1#TF_}" | tr '[:lower:]' '[:upper:]')" "$(settings_each echo | tr 'a-z-' 'A-Z_')" TF_)
	[ -z "$meant" ] || fail 2 "\$$1 is not a setting: correct or unset it$meant"
}

# settings_blame TOOL MESSAGE: where the setting comes from that a tool has just refused, as it knows of options only.
# Where the message names none, each that the tool has may be meant.
settings_blame() {
	BLAMED=$1 NAMED=''
	REFUSED=$(printf ' %s ' "$2" | tr 'A-Z\n' 'a-z ' | tr -c 'a-z0-9' ' ')
	settings_each setting_blame_named
	[ -n "$NAMED" ] || settings_each setting_blame
}

# setting_blame_named NAME: if it is in REFUSED, as `--base-url` or as `base URL`.
setting_blame_named() {
	case $REFUSED in
	*" $(printf %s "$1" | tr - ' ') "*)
		setting_is_of "$BLAMED" || return 0
		NAMED=1
		setting_blame "$1"
		;;
	esac
}

# setting_blame NAME
setting_blame() {
	from=''
	eval "layer=\${layer_$SETTING:-} from=\${from_$SETTING:-}"
	setting_is_of "$BLAMED" || return 0
	case $layer in
	file) say "--$1 comes from $from" ;;
	environment) say "--$1 comes from \$$from" ;;
	esac
}

# settings_apply: the driver's own settings, and the options of each tool.
settings_apply() {
	CATALOG_OPTIONS='' SIGN_OPTIONS='' FETCH_OPTIONS='' STORE_OPTIONS='' QUEUE_OPTIONS='' FILES_OPTIONS=''
	settings_each setting_hand_on
	SOURCE=$(setting_value source) || SOURCE=''
	bucket_options
	RATE=$(setting_value rate) || RATE=''
	YES=''
	[ "$(setting_value yes)" != yes ] || YES=1
	if [ "$(setting_value no-color)" = yes ]; then export NO_COLOR=1; fi
	HOSTS_FILE=$(setting_value hosts) || HOSTS_FILE=''
	INSTALL_HOSTS=''
	[ "$(setting_value install-hosts)" != yes ] || INSTALL_HOSTS=1
	JOBS=$(setting_value jobs) || JOBS=10
	AUTO_JOBS=''
	[ "$JOBS" != auto ] || {
		AUTO_JOBS=1
		JOBS=$(setting_value jobs-most) || JOBS=10
	}
	LEASE=120
	! time=$(setting_value lease) || lease_of "$time"
	STORE=$(setting_value store) || STORE=''
	LINKS=''
	[ "$(setting_value allow-links)" != yes ] || LINKS=--allow-links
	MAX_FILES=$(setting_value max-files) || MAX_FILES=''
	MAX_BYTES=$(setting_value max-bytes) || MAX_BYTES=''
	folder=$(setting_value output) || folder=.
	state_at "$folder"
	fetch_folder
	UNTIL=''
	! time=$(setting_value until) || until_at "$time"
}

# bucket_options: a bucket that is listed is where the one is that is signed for. To another source they mean nothing.
bucket_options() {
	case $SOURCE,$(setting_value listing) in
	[sS]3://* | *,[sS]3://*) CATALOG_OPTIONS="$CATALOG_OPTIONS${words_region:-}${words_endpoint:-}${words_path_style:-}" ;;
	esac
}

# setting_hand_on NAME
setting_hand_on() {
	eval "words=\${words_$SETTING:-} layer=\${layer_$SETTING:-}"
	[ -n "$words" ] || return 0
	case $layer,$1 in
	# tf-sign reads these variables itself, and only where they mean something.
	environment,key-pair-id | file,key-pair-id) export TF_KEY_PAIR_ID="${value_key_pair_id:-}" ;;
	environment,private-key | file,private-key) export TF_PRIVATE_KEY="${value_private_key:-}" ;;
	environment,passphrase-file | file,passphrase-file) export TF_PASSPHRASE_FILE="${value_passphrase_file:-}" ;;
	environment,base-url | file,base-url) export TF_BASE_URL="${value_base_url:-}" ;;
	*) setting_to_tool "$words" ;;
	esac
}

# setting_to_tool WORDS
setting_to_tool() {
	! setting_is_of tf-catalog || CATALOG_OPTIONS="$CATALOG_OPTIONS$1"
	! setting_is_of tf-sign || SIGN_OPTIONS="$SIGN_OPTIONS$1"
	! setting_is_of tf-fetch || FETCH_OPTIONS="$FETCH_OPTIONS$1"
	! setting_is_of tf-store || STORE_OPTIONS="$STORE_OPTIONS$1"
	! setting_is_of tf-queue || QUEUE_OPTIONS="$QUEUE_OPTIONS$1"
	! setting_is_of tf-files || FILES_OPTIONS="$FILES_OPTIONS$1"
}

# setting_is_of TOOL
setting_is_of() {
	case +$OWNER+ in
	*"+$1+"*) ;;
	*) return 1 ;;
	esac
}
