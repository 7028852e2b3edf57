# shellcheck shell=sh
# Figures of the tools' documents. tf-queue --sums prints them as names and numbers: the shell reads no JSON.

FIGURES='' # a line for each: its name, a blank, and its number

# figures_of FILE: sets FIGURES to those of a document, or to what the lines of a file add up to.
figures_of() {
	FIGURES=$(tf-queue --sums "$1")
}

# figure NAME: prints it without its fraction; fails where there is none.
figure() {
	case "
$FIGURES" in
	*"
$1 "*) ;;
	*) return 1 ;;
	esac
	number="
$FIGURES"
	number=${number#*"
$1 "}
	number=${number%%"
"*}
	printf '%s\n' "${number%%.*}"
}

# figure_or_none NAME: one that is not there is 0.
figure_or_none() {
	figure "$1" || echo 0
}

# unsigned_count: how many records of the catalogue could not be signed.
unsigned_count() {
	eval "set -- $QUEUE_OPTIONS"
	tf-queue "$@" --state delayed --error unsigned "$CATALOG" "$JOURNAL" 2>/dev/null | wc -l
}

# free_bytes FOLDER: its room; nothing where the file system does not tell it.
free_bytes() {
	tf-files --free "$1" 2>/dev/null | sed -n 's/^\([0-9][0-9]*\)$/\1/p'
}

# room_words BYTES: how much is free, or that it is not known.
room_words() {
	if [ -n "$1" ]; then
		echo "$(human_bytes "$1") free"
	else
		echo 'its room is not known'
	fi
}

# inodes_gone FOLDER: whether its file system takes no further file, whatever its room. One that counts none has 0 of 0.
inodes_gone() {
	case $(stat -f -c '%c %d' -- "$1" 2>/dev/null) in
	[1-9]*' 0') ;;
	*) return 1 ;;
	esac
}

# inode_words FOLDER: the end of a message on a full disk; nothing where inodes are left.
inode_words() {
	! inodes_gone "$1" || printf ': no inodes are left: remove files'
}
