# shellcheck shell=sh
# What tf-web is told, in a folder that only its user can read: commands, where they run, and the token. A request
# chooses among the commands; nothing of it is ever in here.

SERVICE='' # the folder
TOKEN=''   # what programs show that want to change something

# service_make ARGUMENT…: of the job, as `run` takes them. Sets SERVICE, and STATE_HERE, the state's absolute path.
service_make() {
	service_folder
	videos=$(cd -- "$OUTPUT" && pwd -P) || fail 3 "'$OUTPUT': cannot be entered: choose another folder with --output"
	STATE_HERE=$videos/$STATE_NAME
	[ -n "$TOKEN" ] || TOKEN=$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')
	{
		as_user env -0 >"$SERVICE/environment" &&
			printf %s "$PWD" >"$SERVICE/directory" &&
			printf %s "$videos" >"$SERVICE/output" &&
			printf %s "$HOSTS" >"$SERVICE/hosts" &&
			service_tries >"$SERVICE/tries" &&
			printf %s "$TOKEN" >"$SERVICE/token" &&
			service_command run "$SELF" run --detach --yes "$@" &&
			service_command test-run "$SELF" run --detach --yes --test "$@" &&
			service_command plan "$SELF" plan --json "$@" &&
			service_command plan-courses "$SELF" plan --json-courses "$@" &&
			service_command stop "$SELF" stop --no-wait -o "$videos" &&
			service_command stop-now "$SELF" stop --now --no-wait -o "$videos" &&
			service_command limit "$SELF" limit -o "$videos" &&
			service_command retry "$SELF" retry -o "$videos"
	} || fail 3 "'$SERVICE': cannot write here"
}

# service_folder: in memory where the session has a place there, which goes with the session; else among the temporary
# files, which are cleared away now and then.
service_folder() {
	place=${XDG_RUNTIME_DIR:-}
	[ -n "$place" ] && [ -d "$place" ] && [ -w "$place" ] || place=${TMPDIR:-/tmp}
	SERVICE=$(folder_make "$place/tf-serve") || fail 3 "'$place': cannot make a folder here: name another one in TMPDIR"
}

# service_is_whole: whether all of it is still there.
service_is_whole() {
	for file in environment directory output hosts tries token run test-run plan plan-courses stop stop-now limit retry; do
		[ -f "$SERVICE/$file" ] || return
	done
}

# service_command NAME WORD…: the words of a command, with a NUL after each.
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
