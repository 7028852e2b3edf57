# shellcheck shell=sh
# What tf-web is told, in a folder that only its user can read: commands, where they run, and the token. A request
# chooses among the commands; nothing of it ever stands here.

# service_make ARGUMENT…: of the job, as `run` takes them. Sets SERVICE, and STATE_HERE, the state's absolute path.
service_make() {
	# A folder in memory that goes with the session, where there is one.
	SERVICE=$(mktemp -d -- "${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}/tf-serve.XXXXXX") ||
		fail 3 "'${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}': cannot make a folder here"
	videos=$(cd -- "$OUTPUT" && pwd -P) || fail 3 "'$OUTPUT': cannot be entered: choose another folder with --output"
	STATE_HERE=$videos/.tf-bulk
	{
		env -0 >"$SERVICE/environment" &&
			printf %s "$PWD" >"$SERVICE/directory" &&
			printf %s "$videos" >"$SERVICE/output" &&
			printf %s "$HOSTS" >"$SERVICE/hosts" &&
			service_tries >"$SERVICE/tries" &&
			od -An -N 16 -tx1 /dev/urandom | tr -d ' \n' >"$SERVICE/token" &&
			service_command run "$SELF" run --detach --yes "$@" &&
			service_command test-run "$SELF" run --detach --yes --test "$@" &&
			service_command plan "$SELF" plan --json "$@" &&
			service_command stop "$SELF" stop --no-wait -o "$videos" &&
			service_command retry "$SELF" retry -o "$videos"
	} || fail 3 "'$SERVICE': cannot write here"
}

# service_command NAME WORD…: the words of a command, with a NUL behind each.
service_command() {
	name=$1
	shift
	printf '%s\0' "$@" >"$SERVICE/$name"
}

# service_tries: after how many tries a segment has failed for good; nothing where that is as usual.
service_tries() {
	eval "set -- $QUEUE_OPTIONS"
	while [ $# -gt 1 ]; do
		[ "$1" != --tries ] || tries=$2
		shift
	done
	printf %s "${tries:-}"
}
