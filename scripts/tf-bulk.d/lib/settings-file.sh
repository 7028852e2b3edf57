# shellcheck shell=sh
# The settings file: where it is looked for, and how it is read.

TAB=$(printf '\t')
CR=$(printf '\r')

# config_find: the first of the usual places that has a file.
config_find() {
	folder=$(setting_value output) || folder=.
	for file in "$folder/.tf-bulk/tf-bulk.conf" ./tf-bulk.conf \
		"${XDG_CONFIG_HOME:-${HOME:-}/.config}/tf-bulk/tf-bulk.conf"; do
		[ -f "$file" ] || continue
		CONFIG=$file
		config_is_ours || fail 2 "'$file': others can write it: mend that, or name it with --config if you trust it"
		return
	done
}

# config_is_ours: whether nobody but the user and root can have written it.
config_is_ours() {
	case $CONFIG in
	/*) file=$CONFIG ;;
	*) file=./$CONFIG ;;
	esac
	[ -n "$(find -L "$file" -prune ! -perm -002 \( -uid "$(id -u)" -o -uid 0 \))" ]
}

# config_read: a setting on each line. Nothing in it is executed, and nothing stands for anything else.
config_read() {
	number=0
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		trim "${line%"$CR"}"
		case $TRIMMED in
		'' | '#'*) ;;
		*=*) config_line "$TRIMMED" "'$CONFIG', line $number" ;;
		*) fail 2 "'$CONFIG', line $number: this is no 'name = value'" ;;
		esac
	done <"$CONFIG"
}

# config_line LINE PLACE
config_line() {
	trim "${1%%=*}"
	word=$TRIMMED
	trim "${1#*=}"
	setting_is "$word" || fail 2 "$2: '$word' is no setting$(config_hint "$word")"
	case $TRIMMED in
	'"'*'"' | "'"*"'") fail 2 "$2: the quotes would be part of the value: leave them out" ;;
	esac
	eval "layer=\${layer_$SETTING:-}"
	if [ "${layer:-}" = file ] && [ "${KIND%+}" = "$KIND" ]; then
		fail 2 "$2: '$word' stands there already: leave one of them"
	fi
	setting_put file "$2" "$word" "$TRIMMED"
}

# config_hint WORD: what may be meant.
config_hint() {
	case $1 in
	passphrase | password | token | secret* | *key*secret*)
		printf ': a secret stands in a file of its own, see private-key, passphrase-file and token-file'
		;;
	*) did_you_mean "$1" "$(settings_each echo)" '' ;;
	esac
}

# trim TEXT: TRIMMED is the text without the blanks around it.
trim() {
	TRIMMED=${1#"${1%%[! "$TAB"]*}"}
	TRIMMED=${TRIMMED%"${TRIMMED##*[! "$TAB"]}"}
}
