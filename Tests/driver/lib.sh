# shellcheck shell=sh
# What the topics share. A topic defines a function for each claim, and says `claim SENTENCE FUNCTION`.

REAL_TOOLS=$TF_TOOLS
CLAIM_SECONDS=240 # far more than any claim takes
BULK=$DRIVER_TESTS/../../scripts/tf-bulk

# skip REASON: the claims that follow are told as skipped.
skip() {
	SKIPPED=$1
}

# claim SENTENCE FUNCTION: runs it in a folder of its own, where each command must succeed, with a time limit. For that the
# topic is a process of its own for each claim, which runs this one alone. Where TOGETHER is set those up to the next `wait`
# run at one time.
claim() {
	if [ -n "${CLAIM:-}" ]; then
		[ "$2" != "$CLAIM" ] || claim_run "$2"
	elif [ -n "${SKIPPED:-}" ]; then
		echo "ok - $1 # skipped: $SKIPPED"
	elif [ -n "${TOGETHER:-}" ]; then
		claim_start "$@" &
	else
		claim_start "$@"
	fi
}

# claim_start SENTENCE FUNCTION
claim_start() {
	folder=$(mktemp -d)
	# In the background a shell ignores SIGINT.
	CLAIM=$2 CLAIM_FOLDER=$folder timeout -k 5 "$CLAIM_SECONDS" env --default-signal sh "$0" >"$folder/output" 2>&1 </dev/null
	status=$?
	if [ "$status" -eq 0 ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		[ "$status" -lt 124 ] || echo "    no end after $CLAIM_SECONDS s, or ended by a signal ($status)"
		sed 's/^/    /' "$folder/output"
	fi
	rm -rf "$folder"
}

# claim_run FUNCTION: ends the process of the claim.
claim_run() {
	mkdir "$CLAIM_FOLDER/tools" "$CLAIM_FOLDER/work"
	ln -s "$REAL_TOOLS"/tf-* "$CLAIM_FOLDER/tools/"
	TF_TOOLS=$CLAIM_FOLDER/tools
	export TF_TOOLS
	unset CLAIM
	cd -- "$CLAIM_FOLDER/work" || exit
	set -eu
	fake_pass
	"$1"
	exit 0
}

# fake TOOL: the script on standard input takes the tool's place. With nothing to do it only passes the settings check.
fake() {
	rm -f "$TF_TOOLS/$1"
	{
		echo '#!/bin/sh'
		echo "PATH=$TF_TOOLS:\$PATH"
		cat
	} >"$TF_TOOLS/$1"
	chmod +x "$TF_TOOLS/$1"
}

# fake_pass: signs nothing, and fetches everything at once.
fake_pass() {
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	fake tf-fetch <<-'EOF'
		exec sed 's/}$/,"status":"success","attempt":1,"finished_at":1700000000}/'
	EOF
}

# real_tools: the tools themselves, in place of the fakes.
real_tools() {
	ln -sf "$REAL_TOOLS"/tf-* "$TF_TOOLS/"
}

# engine_tools: the tools as a host of an engine has them, where nothing is signed.
engine_tools() {
	real_tools
	fake tf-sign <<-'EOF'
		exec cat
	EOF
	fake tf-bulk <<-EOF
		exec "$BULK" "\$@"
	EOF
	PATH=$TF_TOOLS:$PATH
}

# origin OPTION…: a stand-in for CloudFront on a free port. ORIGIN is its process and URL its address; `requests` holds
# what it was asked for. It goes with the claim.
origin() {
	rm -f port
	setpriv --pdeathsig TERM "$TF_TOOLS/tf-origin" --port-file port --log "$@" >/dev/null 2>requests &
	ORIGIN=$!
	timeout 60 sh -c 'until [ -e port ]; do sleep 0.05; done'
	URL=http://127.0.0.1:$(cat port)
}

# signed N: N records that can be fetched from the origin.
signed() {
	seq "$1" | sed "s|.*|{\"path\":\"c/&.mp4\",\"url\":\"$URL/k&\"}|"
}

# whole SIZE N: each of the first N files holds the origin's bytes, and nothing else lies beside them.
whole() {
	for number in $(seq "$2"); do
		"$TF_TOOLS/tf-origin" --size "$1" --print "/k$number" | cmp - "out/c/$number.mp4"
	done
	same "$(find out/c -type f | wc -l)" "$2"
}

# records N: a catalogue of N records.
records() {
	seq "$1" | sed 's|.*|{"course_id":1,"course_title":"Blues","segment_id":&,"title":"T&","key":"k&","path":"c/&.mp4"}|'
}

# ends STATUS COMMAND…: runs it without a terminal, and looks at how it ends.
ends() {
	wanted=$1
	shift
	set +e
	"$@" </dev/null
	status=$?
	set -e
	[ "$status" -eq "$wanted" ] || {
		echo "'$*' ended with status $status, not $wanted"
		return 1
	}
}

# same WHAT WANTED
same() {
	[ "$1" = "$2" ] || {
		echo "'$1' is not '$2'"
		return 1
	}
}

# has FILE TEXT
has() {
	grep -qF -- "$2" "$1" || {
		echo "'$2' is not in $1:"
		cat "$1"
		return 1
	}
}

# lacks FILE TEXT
lacks() {
	! grep -F -- "$2" "$1"
}

# lines FILE N
lines() {
	same "$(($(wc -l <"$1")))" "$2"
}
