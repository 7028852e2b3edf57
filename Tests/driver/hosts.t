#!/bin/sh
# A run on many hosts. Each is an sshd of its own that ssh talks to through a pipe, with a home folder of its own.
. "$DRIVER_TESTS/lib.sh"
TOGETHER=1 # they wait more than they work

SSHD=$(PATH=$PATH:/usr/sbin command -v sshd) || skip "sshd is not installed"
[ "$(parallel --version 2>/dev/null | sed -n '1s/ parallel.*//p')" = GNU ] || skip "GNU parallel is not installed"

# fleet NAME…: hosts that can be reached, in the file `hosts`; without tools.
fleet() {
	# Only sshd of root wants it.
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f host.key
	ssh-keygen -q -t ed25519 -N '' -f user.key
	for host; do
		host_new "$host"
		echo "1/ssh -F $PWD/ssh.conf $host" >>hosts
	done
}

# host_new NAME: a shell of bash that ssh starts reads its user's files, unless it is in another one (SHLVL).
host_new() {
	mkdir "$1"
	cat >"$1.conf" <<-END
		HostKey $PWD/host.key
		AuthorizedKeysFile $PWD/user.key.pub
		StrictModes no
		UsePAM no
		PidFile $PWD/$1.pid
		SetEnv SHLVL=2 TF_TOOLS=
		ForceCommand HOME=$PWD/$1; PATH=/usr/bin:/bin; export HOME; eval "\$SSH_ORIGINAL_COMMAND"
	END
	cat >>ssh.conf <<-END
		Host $1
		ProxyCommand sh -c 'echo \$\$ >>$1.processes; exec $SSHD -i -f $PWD/$1.conf'
		IdentityFile $PWD/user.key
		UserKnownHostsFile $PWD/known
		StrictHostKeyChecking accept-new
		LogLevel ERROR
	END
}

# equip NAME…: the tools, without copying.
equip() {
	for host; do
		mkdir -p "$host/.local/lib/tf-bulk/bin"
		ln -s "$TF_TOOLS"/tf-* "$host/.local/lib/tf-bulk/bin/"
		printf '#!/bin/sh\nTF_TOOLS=%s exec %s "$@"\n' "$PWD/$host/.local/lib/tf-bulk/bin" "$BULK" >"$host/.local/lib/tf-bulk/bin/tf-bulk"
		chmod +x "$host/.local/lib/tf-bulk/bin/tf-bulk"
	done
}

# begin SIZE OPTION…: tools and an origin; nothing is signed.
begin() {
	real_tools
	fake tf-sign <<-'END'
		case $* in *--version*) exec tf-queue --version ;; esac
		exec cat
	END
	size=$1
	shift
	origin --size "$size" "$@"
}

# thin TOOL…: what is copied is short, and calls the tool.
thin() {
	for tool; do
		fake "$tool" <<-END
			exec $REAL_TOOLS/$tool "\$@"
		END
	done
}

# fetch STATUS OPTION…: a run on the hosts.
fetch() {
	wanted=$1
	shift
	ends "$wanted" "$BULK" run --yes -o out --hosts hosts --progress none "$@" catalog.ndjson >output 2>errors
}

# once N: each of the first N files was asked for once.
once() {
	same "$(grep -c GET requests)" "$1"
}

installs() {
	begin 2000
	thin tf-queue tf-fetch
	fleet web1 web2 web3
	# Two of them share a home.
	sed -i "s|HOME=$PWD/web3|HOME=$PWD/web2|" web3.conf
	signed 16 >catalog.ndjson
	mkdir -p out/.tf-bulk
	printf '{"path":"c/1.mp4","status":"succ' >out/.tf-bulk/results.ndjson
	fetch 3
	has errors "host 'web2': tf-queue is missing there: 'tf-bulk run --install-hosts' copies them"
	[ ! -e out/.tf-bulk/hosts ]
	sed -i '3s/^1.//' hosts
	fetch 0 --install-hosts
	has errors "3 hosts take part, with 4 workers"
	whole 2000 16
	once 16
	same "$(grep -c '"host":' out/.tf-bulk/results.ndjson)" 16
	same "$(jq -rR 'fromjson? | .host' out/.tf-bulk/results.ndjson | sort -u | xargs)" "web1 web2 web3"
	"$BULK" status -o out >status
	has status "web2"
	# What is there is not copied again.
	before=$(stat -c %i web1/.local/lib/tf-bulk/bin/tf-fetch)
	fetch 0 --install-hosts
	same "$(stat -c %i web1/.local/lib/tf-bulk/bin/tf-fetch)" "$before"
}
claim "a run on hosts copies the tools to them, and each file is fetched once, by one of them" installs

stores() {
	begin 2000
	thin tf-queue tf-fetch tf-store
	fleet web1
	mkdir -p store web1/.config/rclone
	printf '[dav]\ntype = alias\nremote = %s\n' "$PWD/store" >web1/.config/rclone/rclone.conf
	export RCLONE_CONFIG="$PWD/web1/.config/rclone/rclone.conf"
	signed 4 >catalog.ndjson
	fetch 0 --install-hosts --store dav:v
	same "$(grep -c '"stored":"dav:v"' out/.tf-bulk/results.ndjson)" 4
	same "$(find store/v/c -name '*.mp4' | wc -l)" 4
}
claim "the hosts of a job with a store get what sends the files there" stores

# refuses STATUS MESSAGE: with the file `hosts` as it is.
refuses() {
	fetch "$1"
	has errors "$2"
	[ ! -e out ]
}
mistakes() {
	begin 2000
	fleet web1 web2
	equip web1 web2
	signed 1 >catalog.ndjson
	cp hosts good
	tail -n 1 good >>hosts
	refuses 2 "line 3: the host 'web2' is there twice, first in line 2"
	echo '# none' >hosts
	refuses 2 "'hosts': it names no host"
	echo 'me:word@web1' >hosts
	refuses 2 "line 1: a password is not taken: let ssh use a key"
	rm hosts
	refuses 2 "'hosts': cannot be read"
	cp good hosts
	echo "ssh -F $PWD/ssh.conf nowhere.invalid" >>hosts
	refuses 3 "host 'nowhere.invalid': no connection: "
	cp good hosts
	rm web2/.local/lib/tf-bulk/bin/tf-fetch
	refuses 3 "host 'web2': tf-fetch is missing there: "
	printf '#!/bin/sh\necho 0.0.9\n' >web2/.local/lib/tf-bulk/bin/tf-fetch
	chmod +x web2/.local/lib/tf-bulk/bin/tf-fetch
	refuses 3 "host 'web2': tf-fetch there is 0.0.9, not "
	for wrong in 2 08m; do
		fetch 2 --lease "$wrong"
		has errors "--lease '$wrong' is not a time of 5 seconds or more"
	done
	fetch 2 -j 08
	has errors "--jobs '08' begins with 0: give the number without it"
	fake parallel <<-'END'
		echo "parallel from moreutils"
	END
	fetch 3
	has errors "'parallel': not found: --hosts needs GNU parallel"
}
claim "a file of hosts that is wrong, and a host that could not work, are told before anything is done" mistakes
wait

# run_begin OPTION…: a run on the hosts beside the test, RUN.
run_begin() {
	"$BULK" run --yes -o out --hosts hosts --progress none "$@" catalog.ndjson >output 2>errors </dev/null &
	RUN=$!
}

# run_ends STATUS
run_ends() {
	status=0
	wait "$RUN" || status=$?
	same "$status" "$1" || {
		cat errors
		return 1
	}
}

# shellcheck disable=SC2016 # in the shell that gets it
# works_on HOST: once a result of it has come.
works_on() {
	timeout 60 sh -c 'until grep -q "\"host\":\"$0\"" out/.tf-bulk/results.ndjson; do sleep 0.1; done' "$1" 2>/dev/null
}

# serving HOST: the processes that serve ssh there now, and none that they have started. Between two shards there are none.
serving() {
	process=$(tail -n 1 "$1.processes")
	child=$(pgrep -P "$process" -x sshd) && echo "$process $child"
}

# strike HOST SIGNAL: once it works on a shard; STRUCK are its processes.
strike() {
	works_on "$1"
	looks=200
	# shellcheck disable=SC2086 # words
	until STRUCK=$(serving "$1") && kill "-$2" $STRUCK 2>/dev/null; do
		sleep 0.1
		looks=$((looks - 1))
		[ "$looks" -gt 0 ]
	done
}

# counted N: each of N files once, and all are there.
counted() {
	tf-tally --catalog catalog.ndjson --format json out/.tf-bulk/results.ndjson >stats.json
	same "$(jq '.success + .skipped' stats.json)" "$1"
	same "$(jq .failed stats.json)" 0
	same "$(jq .lines.passed_over stats.json)" 0
}

faults() {
	PATH=$TF_TOOLS:$PATH
	begin 40000 --rate 20K
	fleet killed hung full good
	equip killed hung full good
	signed 60 >catalog.ndjson
	rm full/.local/lib/tf-bulk/bin/tf-fetch
	cat >full/.local/lib/tf-bulk/bin/tf-fetch <<-END
		#!/bin/sh
		case \$* in *--catalog*) ;; *) exec $TF_TOOLS/tf-fetch "\$@" ;; esac
		echo "tf-fetch: the disk is full" >&2
		exit 3
	END
	chmod +x full/.local/lib/tf-bulk/bin/tf-fetch
	run_begin --lease 15 -j 4
	strike killed KILL
	strike hung STOP
	run_ends 0
	# shellcheck disable=SC2086 # words
	kill -CONT $STRUCK 2>/dev/null || true
	counted 60
	whole 40000 60
	has errors "host 'full': tf-fetch: the disk is full: what is left of its shard goes to another"
	has errors "host 'hung': nothing was heard of it for 15 s: what is left of its shard goes to another"
	grep -q "host 'killed': " errors
	# What was done is not done again.
	same "$(jq -r 'select(.status == "success" or .status == "skipped") | .path' out/.tf-bulk/results.ndjson | sort | uniq -d)" ''
}
claim "a host that is killed, hangs or is full loses nothing: others do what is left" faults

added() {
	begin 20000 --rate 10K
	fleet web1 web2
	equip web1 web2
	tail -n 1 hosts >later
	sed -i '$d' hosts
	signed 40 >catalog.ndjson
	run_begin -j 4
	works_on web1
	cat later >>hosts
	works_on web2
	echo "not a host!" >>hosts
	run_ends 0
	whole 20000 40
	once 40
}
claim "a host that is added to the file takes part" added

half_given() {
	begin 2000
	echo 1/: >hosts
	mkdir -p home/.local/lib/tf-bulk/bin
	HOME=$PWD/home
	# More than a pipe holds.
	signed 400 | sed "s|/k1|/$(printf %03000d 0 | tr 0 k)/&|" >catalog.ndjson
	cat >home/.local/lib/tf-bulk/bin/tf-bulk <<-END
		#!/bin/sh
		case \$* in *'--leash '[1-9]*) : >$PWD/begun; until [ -e $PWD/go ]; do sleep 0.1; done ;; esac
		exec env TF_TOOLS=$TF_TOOLS $BULK "\$@"
	END
	chmod +x home/.local/lib/tf-bulk/bin/tf-bulk
	run_begin -j 400
	timeout 60 sh -c 'until [ -e begun ]; do sleep 0.1; done'
	"$BULK" stop --no-wait -o out >/dev/null 2>&1
	# So that whoever holds the leash looks at it.
	sleep 2
	: >go
	run_ends 1
	lacks errors "host '"
}
claim "a worker that is told to finish while its shard is still on its way gets the shard whole" half_given

stopped() {
	begin 40000 --rate 10K
	fleet web1 web2
	equip web1 web2
	signed 40 >catalog.ndjson
	run_begin -j 8
	works_on web1
	"$BULK" stop -o out >/dev/null 2>&1
	run_ends 1
	same "$(find out -name '*.part' | wc -l)" 0
	lacks out/.tf-bulk/results.ndjson interrupted
	# So slow that none of them ends.
	kill "$ORIGIN"
	origin --size 40000 --rate 1K
	signed 50 | tail -n 10 >catalog.ndjson
	run_begin --allow-shrink -j 8
	timeout 60 sh -c 'until ls out/c/*.part >/dev/null 2>&1; do sleep 0.1; done'
	kill -TERM "$RUN"
	run_ends 143
	grep -q interrupted out/.tf-bulk/results.ndjson
	# shellcheck disable=SC2016 # as above
	timeout 60 sh -c 'while pgrep -f "tf-fetch .*$0/out" >/dev/null; do sleep 0.1; done' "$PWD"
	kill "$ORIGIN"
	origin --size 40000
	signed 50 >catalog.ndjson
	fetch 0 -j 50
	whole 40000 50
}
claim "stop lets the workers finish, a signal ends them on all hosts" stopped

limits() {
	begin 2000
	fleet web1 web2
	equip web1 web2
	sed -i '1s/^1/2/' hosts
	sed -i "1a echo \"\$*\" >>$PWD/started" web?/.local/lib/tf-bulk/bin/tf-bulk
	signed 12 >catalog.ndjson
	fetch 0 -j 7 --rate-limit 3M --requests-per-second 30 --per-host 6
	has out/.tf-bulk/hosts/options "'--rate-limit' '3M'"
	has out/.tf-bulk/hosts/options "'--workers' '3'"
	# Three, two and two of seven at one time: a worker is told three times as many, and that it is one of three.
	same "$(grep -o 'leash [1-9].*' started | grep -o 'jobs [0-9]*' | sort -u | xargs)" "jobs 6 jobs 9"
	has errors "2 hosts take part, with 3 workers"
	rm -r out
	: >started
	fetch 0 -j auto --jobs-most 7
	has errors "2 hosts take part, with 3 workers"
	same "$(grep -o 'leash [1-9].*' started | grep -o 'jobs auto --jobs-most [0-9]*' | sort -u | paste -s -d , -)" \
		"jobs auto --jobs-most 6,jobs auto --jobs-most 9"
	rm -r out
	fetch 0 -j 1
	has errors "1 host takes part, with 1 worker"
	same "$(jq -r .host out/.tf-bulk/results.ndjson | sort -u | wc -l)" 1
}
claim "limits hold for all workers together" limits

# shellcheck disable=SC2016 # in the shell that gets it
counts() {
	begin 2000
	fleet web1
	equip web1
	signed 12 >catalog.ndjson
	fetch 1 --max-files 3 -j 8 --per-host 1 --notify 'echo "$TF_BULK_EVENT" >>told'
	once 3
	same "$(xargs <told)" "start early"
	has errors "1 host takes part, with 1 worker"
}
claim "a fleet fetches no more files than --max-files says, by no more workers than --per-host" counts

counts_bytes() {
	begin 2000
	fleet web1 web2
	equip web1 web2
	sed -i 's/^1/2/' hosts
	signed 60 >catalog.ndjson
	fetch 1 --max-bytes 40000 -j 4
	has errors "as much as was asked for is fetched"
	# Each of the four workers may have begun one file more.
	fetched=$(grep -c GET requests)
	[ "$fetched" -ge 20 ] && [ "$fetched" -le 24 ]
}
claim "a fleet fetches no more than --max-bytes says, but for a file of each worker" counts_bytes

signs() {
	begin 2000
	ln -sf "$REAL_TOOLS/tf-sign" "$TF_TOOLS/"
	openssl genrsa -out key.pem 2048 2>/dev/null
	chmod 600 key.pem
	fleet web1
	equip web1
	records 3 >catalog.ndjson
	fetch 2 --key-pair-id K --private-key "$PWD/key.pem"
	has errors "host 'web1': tf-sign: none of the 3 records can be signed"
	[ ! -e out ] && [ ! -s requests ]
	# One that can be signed is enough, wherever it is.
	{
		records 150
		signed 151 | tail -n 1
	} >catalog.ndjson
	fetch 1 --key-pair-id K --private-key "$PWD/key.pem"
	once 1
}
claim "settings that no record can be signed with on the hosts are told before anything is handed out" signs

# shellcheck disable=SC2016 # in the shell that gets it
shows() {
	begin 40000 --rate 1K
	fleet web1 web2
	equip web1 web2
	signed 8 >catalog.ndjson
	mkdir -p out/.tf-bulk
	echo 'rate-limit = 1M' >out/.tf-bulk/limits # of a run that was killed
	run_begin -j 4
	timeout 60 sh -c 'until "$0" status -o out --json 2>/dev/null | jq "
		([.hosts[]? | select(.state == \"working\" and .shards != [])] | length) == 2
		and ([.active.running[]?.host] | unique) == [\"web1\", \"web2\"]" | grep -qx true; do sleep 0.2; done' "$BULK"
	"$BULK" status -o out >status
	has status "working, shard "
	lacks status "rate-limit"
	ends 3 "$BULK" limit -o out --rate 1M 2>said
	has said "takes no other limits"
	kill -TERM "$RUN"
	run_ends 143
	timeout 60 sh -c 'until flock -n -s out/.tf-bulk/lock true; do sleep 0.1; done'
	"$BULK" status -o out --json | jq -e '[.hosts[] | select(has("state"))] == [] and .active == null' >shown
	# It is one journal, which the page reads.
	same "$(find out/.tf-bulk -name '*.ndjson' -size +0 -exec grep -l '"host"' {} + | grep -v /shards/)" out/.tf-bulk/results.ndjson
}
claim "while a fleet works, status shows each host's state, shards and transfers" shows

silent() {
	begin 2000
	signed 1 >catalog.ndjson
	cat >silent <<-'END'
		echo $$ >called
		exec sleep 300
	END
	echo "1/sh silent web1" >hosts
	run_begin
	timeout 60 sh -c 'until [ -s called ]; do sleep 0.1; done'
	kill -TERM "$RUN"
	run_ends 143
	# shellcheck disable=SC2016 # in the shell that gets it
	timeout 60 sh -c 'while kill -0 "$(cat called)" 2>/dev/null; do sleep 0.1; done'
}
claim "a signal also ends a run that still waits for a host to answer" silent
wait
