# shellcheck shell=sh
# What the tables of tf-fetch share: nginx with videos, and a fresh folder for each run.

# origin_start [ADDRESS]: nginx on loopback, or on this address.
origin_start() {
	[ -f "$WORK/nginx.pid" ] && return
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout "$WORK/tls.key" -out "$WORK/tls.pem" 2>/dev/null
	sh "$PARTS/nginx" start "$WORK" "${1:-127.0.0.1}"
	PLAIN=http://${1:-127.0.0.1}:$(cat "$WORK/port")
	TLS=https://127.0.0.1:$(($(cat "$WORK/port") + 1000))
}

# targets_in FOLDER: where the fresh folders are made. They go at the very end: after mass deletion ext4 is slow.
targets_in() {
	TARGETS=$(mktemp -d "$1/tf-bench.XXXXXX")
	trap 'sh "$PARTS/nginx" stop "$WORK"; rm -rf -- "$WORK" "$TARGETS"' EXIT
	RUN=0
}

# fresh: TARGET is an empty folder. In memory the last one goes first, as memory is scarce.
fresh() {
	case $TARGETS in /dev/shm/*) rm -rf -- "${TARGETS:?}"/* ;; esac
	RUN=$((RUN + 1))
	TARGET=$TARGETS/$RUN
	mkdir "$TARGET"
	export TARGET
}

# files NAME COUNT BYTES URL: a course of videos of this size, and what each program is told to fetch.
files() {
	mkdir -p "$WORK/www/$1"
	tf-origin --size "$3" --print "/$1" >"$WORK/$1.video"
	number=0
	while [ "$number" -lt "$2" ]; do
		number=$((number + 1))
		[ -e "$WORK/www/$1/$number.mp4" ] || ln "$WORK/$1.video" "$WORK/www/$1/$number.mp4"
	done
	seq "$2" | sed "s|.*|{\"path\":\"$1/&.mp4\",\"url\":\"$4/$1/&.mp4\"}|" >"$WORK/$1.ndjson"
	seq "$2" | sed "s|.*|url = \"$4/$1/&.mp4\"\noutput = \"$1/&.mp4\"|" >"$WORK/$1.curl"
	seq "$2" | sed "s|.*|$4/$1/&.mp4|" >"$WORK/$1.urls"
	seq "$2" | sed "s|.*|$4/$1/&.mp4\n  out=$1/&.mp4|" >"$WORK/$1.aria2"
	seq "$2" | sed "s|.*|$1/&.mp4|" >"$WORK/$1.paths"
	WANTED="$2 $(($2 * $(wc -c <"$WORK/$1.video")))"
}

# whole: whether the last run brought all files, whole. A program that lost some has no time that counts.
whole() {
	found=$(find "$TARGET" -name '*.mp4' -type f -printf '%s\n' | awk '{ n++; s += $1 } END { printf "%d %d", n, s }')
	[ "$found" = "$WANTED" ] || echo "bench: $found files and bytes are there, not $WANTED" >&2
}

# The command lines, for the files of this name.
ours() { echo "tf-fetch -j 10 --progress none --min-free 0 -o \"\$TARGET\" ${2:-} <'$WORK/$1.ndjson'"; }
curls() { echo "cd \"\$TARGET\" && curl -sS -Z --parallel-max 10 --cacert '$WORK/tls.pem' --create-dirs -K '$WORK/$1.curl'"; }
wget2s() {
	echo "wget2 -q --max-threads=10 --ca-certificate='$WORK/tls.pem' -nH -x -P \"\$TARGET\" -i '$WORK/$1.urls'"
}
aria2s() {
	echo "aria2c -q -j 10 --file-allocation=none --ca-certificate='$WORK/tls.pem' -d \"\$TARGET\" -i '$WORK/$1.aria2'"
}
# rclones NAME URL: it asks for no sizes beforehand, which would be a request more for each file.
rclones() {
	echo "rclone copy -q --config /dev/null --transfers 10 --no-check-dest --no-traverse --http-no-head" \
		"--ca-cert '$WORK/tls.pem' --files-from-raw '$WORK/$1.paths' --http-url '$2/' :http: \"\$TARGET\""
}
