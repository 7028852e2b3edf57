# shellcheck shell=sh
# The settings file: where it is looked for, and how it is read.

TAB=$(printf '\t')
CR=$(printf '\r')

# config_find: the first of the usual places that has a file.
config_find() {
	folder=$(setting_value output) || folder=.
	for file in "$folder/$STATE_NAME/$CONFIG_NAME" "./$CONFIG_NAME" \
		"${XDG_CONFIG_HOME:-${HOME:-}/.config}/tf-bulk/$CONFIG_NAME"; do
		[ -f "$file" ] || continue
		CONFIG=$file
		config_is_ours || fail 2 "'$file': others can write it: mend that, or name it with --config if you trust it"
		return
	done
}

# config_is_ours: whether only the user and root can have written it.
config_is_ours() {
	case $CONFIG in
	/*) file=$CONFIG ;;
	*) file=./$CONFIG ;;
	esac
	[ -n "$(find -L "$file" -prune ! -perm -002 \( -uid "$(id -u)" -o -uid 0 \))" ]
}

# config_read: a setting on each line. Nothing in it is executed, and nothing but `~` is expanded.
config_read() {
	# The shell would drop the zeros of UTF-16, and read on.
	[ ! -f "$CONFIG" ] || tr -d '\000' <"$CONFIG" | cmp -s -- - "$CONFIG" ||
		fail 2 "'$CONFIG': has zero bytes, as UTF-16 does: save it as UTF-8"
	number=0
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		[ "$number" -gt 1 ] || line=${line#"$BOM"}
		trim "${line%"$CR"}"
		case $TRIMMED in
		'' | '#'*) ;;
		*=*) config_line "$TRIMMED" "'$CONFIG', line $number" ;;
		*) fail 2 "'$CONFIG', line $number: this is not 'name = value'$(config_form "$TRIMMED")" ;;
		esac
	done <"$CONFIG"
}

# config_form LINE: what other programs' settings look like.
config_form() {
	case $1 in
	'['*']') printf ': there are no sections: leave it out' ;;
	';'* | '//'*) printf ": a comment begins with '#'" ;;
	esac
}

# config_line LINE PLACE
config_line() {
	trim "${1%%=*}"
	word=$TRIMMED
	trim "${1#*=}"
	setting_is "$word" || fail 2 "$2: '$(printf %s "$word" | printable)' is not a setting$(config_hint "$word")"
	eval "layer=\${layer_$SETTING:-}"
	if [ "${layer:-}" = file ] && [ "${KIND%+}" = "$KIND" ]; then
		fail 2 "$2: '$word' is set twice: leave one of them"
	fi
	setting_put file "$2" "$word" "$TRIMMED"
}

# config_hint WORD: what may be meant. Some write it as the option or the variable.
config_hint() {
	case $1 in
	passphrase | password | token | secret* | *key*secret*)
		printf ': a secret is in a file of its own, see private-key, passphrase-file and token-file'
		;;
	*)
		plain=$(printf %s "$1" | tr 'A-Z_' 'a-z-' | sed -e 's/^export[[:blank:]]*//' -e 's/^--*//' -e 's/^tf-//')
		did_you_mean "$plain" "$(settings_each echo)" ''
		;;
	esac
}

# trim TEXT: TRIMMED is the text without the blanks around it, those that came with a copied line among them.
trim() {
	TRIMMED=$1
	while :; do
		case $TRIMMED in
		[" $TAB"]*) TRIMMED=${TRIMMED#?} ;;
		*[" $TAB"]) TRIMMED=${TRIMMED%?} ;;
		"$NBSP"*) TRIMMED=${TRIMMED#"$NBSP"} ;;
		*"$NBSP") TRIMMED=${TRIMMED%"$NBSP"} ;;
		"$ZWSP"*) TRIMMED=${TRIMMED#"$ZWSP"} ;;
		*"$ZWSP") TRIMMED=${TRIMMED%"$ZWSP"} ;;
		*) return ;;
		esac
	done
}
