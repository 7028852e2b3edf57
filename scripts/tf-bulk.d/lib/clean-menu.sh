# shellcheck shell=sh
# The menu of `tf-bulk clean`.

# clean_menu: the choices with what each comes to. Sets GIVEN and CHOICE.
clean_menu() {
	{ [ -t 0 ] && [ -t 2 ]; } ||
		fail 2 "what? one of --queued, --delayed, --failed, --course ID, --reset, --parts; see 'tf-bulk help $COMMAND'"
	while :; do
		clean_menu_show >&2
		printf 'Which? ' >&2
		read -r answer || exit 0
		case $answer in
		1) GIVEN="$GIVEN --queued" ;;
		2) clean_menu_course ;;
		3) GIVEN="$GIVEN --delayed" ;;
		4) GIVEN="$GIVEN --failed" ;;
		5) GIVEN="$GIVEN --reset" ;;
		6) clean_show status ;;
		7) clean_show analyze ;;
		8) GIVEN="$GIVEN --parts" ;;
		q | Q | '') exit 0 ;;
		esac
		[ -z "$CHOICE" ] && ! given --queued --delayed --failed --reset --parts || return 0
	done
}

clean_menu_show() {
	eval "set -- $QUEUE_OPTIONS"
	FIGURES=$(tf-queue "$@" --summary --plain "$CATALOG" "$JOURNAL") || exit
	cat <<-EOF

		What is to be cleaned up in '$(printf '%s' "$OUTPUT" | printable)'? No video is touched.
		  1  all that is queued or delayed    $(human_count $(($(figure_or_none queued) + $(figure_or_none delayed))))
		  2  one course
		  3  only what is delayed             $(human_count "$(figure_or_none delayed)")
		  4  what failed for good             $(human_count "$(figure_or_none failed)")
		  5  everything: a complete reset     $(human_count "$(figure_or_none total)")
		  6  (shows the status)
		  7  (shows statistics)
		  8  parts of unfinished downloads
		  q  nothing
	EOF
}

clean_menu_course() {
	printf 'Its number? ' >&2
	read -r answer || exit 0
	case $answer in
	'' | *[!0-9]*) say "'$(printf '%s' "$answer" | printable)' is not the number of a course" ;;
	*) CHOICE=" --course $answer" ;;
	esac
}

# clean_show SUBCOMMAND: on standard error, where the menu is.
clean_show() {
	"$SELF" "$1" -o "$OUTPUT" >&2
}
