# shellcheck shell=sh
# Ten transfers at a time from nginx over loopback into memory, beside curl and wget2 in the same run.
case $(stat -f -c %T /dev/shm 2>/dev/null) in
tmpfs) target=$(mktemp -d /dev/shm/tf-bench.XXXXXX) ;;
*) target=$WORK/target ;;
esac
trap 'sh "$PARTS/nginx" stop "$WORK"; rm -rf -- "$WORK" "$target"' EXIT
sh "$PARTS/nginx" start "$WORK"
url=http://127.0.0.1:$(cat "$WORK/port")

# files NAME COUNT BYTES: videos of this size, and what each program is told to fetch.
files() {
	mkdir -p "$WORK/www/$1"
	tf-origin --size "$3" --print "/$1" >"$WORK/video"
	seq "$2" | while read -r number; do
		ln "$WORK/video" "$WORK/www/$1/$number.mp4"
		printf '{"path":"%s/%s.mp4","url":"%s/%s/%s.mp4"}\n' "$1" "$number" "$url" "$1" "$number" >&3
		printf 'url = "%s/%s/%s.mp4"\noutput = "%s/%s/%s.mp4"\n' "$url" "$1" "$number" "$target" "$1" "$number" >&4
		printf '%s/%s/%s.mp4\n' "$url" "$1" "$number" >&5
	done 3>"$WORK/$1.ndjson" 4>"$WORK/$1.curl" 5>"$WORK/$1.urls"
}

empty() { rm -rf -- "$target" && mkdir -p "$target"; }

# rows NAME CASE
rows() {
	ours="tf-fetch -j 10 --sync none --progress none -o '$target' <'$WORK/$1.ndjson'"
	pair "$2" 'curl -Z' "$ours" "curl -sS -Z --parallel-max 10 --create-dirs -K '$WORK/$1.curl'" empty
	! command -v wget2 >/dev/null ||
		pair "$2" wget2 "$ours" "wget2 -q --max-threads=10 -x -P '$target' -i '$WORK/$1.urls'" empty
}

echo '### Fetching, 10 transfers, plain HTTP, nginx on loopback, into memory'
pair_head
files small 20000 16k
rows small '20,000 files of 16 KiB'
files big 40 50M
rows big '40 files of 50 MiB'
