#!/bin/sh
# How a run goes is told: to a command, to a dead-man service, to a service manager; and the log is put aside.
# What looks like an expression is for another shell.
# shellcheck disable=SC2016
. "$DRIVER_TESTS/lib.sh"

TELL='printf "%s %s %s\n" "$TF_BULK_EVENT" "$TF_BULK_STATUS" "$TF_BULK_TEXT" >>told; cat >statistics'

# comes FILE TEXT: waits until it is in the file.
comes() {
	timeout 60 sh -c 'until grep -qF -- "$2" "$1" 2>/dev/null; do sleep 0.05; done' sh "$1" "$2"
}

# refusing_fetch: one that refuses to go on.
refusing_fetch() {
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		cat >/dev/null
		exit 3
	FETCH
}

events() {
	records 3 >source.ndjson
	"$BULK" run -y -o out --notify "$TELL" source.ndjson
	same "$(cat told)" "$(printf 'start 0 3 left to fetch\nsuccess 0 3 there, 0 failed, 0 left')"
	same "$(jq .success statistics)" 3
	"$BULK" run -y -o out --notify "$TELL" source.ndjson
	same "$(tail -n 2 told)" "$(printf 'start 0 0 left to fetch\nsuccess 0 3 there, 0 failed, 0 left')"
	lacks out/.tf-bulk/about 'TF_BULK'
}
claim "a command is told of the start and of the end, with the figures" events

failures() {
	ends 3 "$BULK" run -y -o out --notify "$TELL" missing.ndjson
	grep -q '^failure 3 ' told
	lacks told start
	[ ! -e out ]
	rm told
	refusing_fetch
	records 3 >source.ndjson
	ends 3 "$BULK" run -y -o out --notify "$TELL" source.ndjson
	same "$(cat told)" "$(printf 'start 0 3 left to fetch\nfailure 3 0 there, 0 failed, 3 left')"
	rm told
	fake tf-sign <<-'SIGN'
		exit 2
	SIGN
	ends 2 "$BULK" run -y -o other --notify "$TELL" source.ndjson
	grep -q '^failure 2 ' told
	lines told 1
	[ ! -e other ]
}
claim "a run that cannot go on is told, also where it could not begin" failures

harmless() {
	records 3 >source.ndjson
	ends 0 timeout 60 "$BULK" run -y -o out --notify 'sleep 600 & sleep 600' --notify-limit 1s source.ndjson 2>errors
	has errors "--notify: the command took longer than 1 s and was ended, see --notify-limit"
	ends 0 "$BULK" run -y -o out --notify 'exit 7' source.ndjson 2>errors
	has errors "--notify: the command ended with status 7"
	ends 0 "$BULK" run -y -o out --ping http://127.0.0.1:9/secret source.ndjson 2>errors
	has errors "--ping: curl: (7)"
	lacks errors secret
	lacks out/.tf-bulk/log secret
	"$BULK" config --ping https://hc-ping.com/secret >shown
	lacks shown secret
}
claim "a command that fails or hangs, or a service that is down, ends no run, and no address is told" harmless

pings() {
	real_tools
	origin --size 1k
	signed 2 >source.ndjson
	fake_pass
	printf 'ping = %s/ping/1\n' "$URL" >tf-bulk.conf
	ends 0 "$BULK" run -y -o out source.ndjson
	same "$(grep -oE '/ping/[a-z0-9/]*' requests)" "$(printf '/ping/1/start\n/ping/1')"
	refusing_fetch
	rm -r out
	ends 3 "$BULK" run -y -o out source.ndjson
	same "$(grep -oE '/ping/[a-z0-9/]*' requests | tail -n 2)" "$(printf '/ping/1/start\n/ping/1/fail')"
	lacks out/.tf-bulk/about ping
}
claim "a dead-man service is pinged at the start, at success and at failure" pings

stopped() {
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		trap 'exit 0' USR1
		while :; do sleep 0.1 & wait $!; done
	FETCH
	records 3 >source.ndjson
	"$BULK" run -y --detach -o out --notify "$TELL" source.ndjson
	# The one that works tells of itself.
	ends 3 "$BULK" run -y -o out --notify "$TELL" source.ndjson
	"$BULK" stop -o out
	grep -q '^early 1 ' told
	lines told 2
}
claim "a run that ends because it was told to has not failed" stopped

stuck() {
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		read -r line
		until [ -e go ]; do sleep 0.1; done
		# Not once: the look that is to see it may come late.
		until [ -e end ]; do
			echo "${line%\}},\"status\":\"success\",\"attempt\":1,\"finished_at\":1700000000}"
			sleep 0.1
		done
		exec sed 's/}$/,"status":"success","attempt":1,"finished_at":1700000000}/'
	FETCH
	records 3 >source.ndjson
	"$BULK" run -y -o out --notify "$TELL" --stuck-after 2s source.ndjson >/dev/null 2>&1 &
	comes told 'stuck 0 nothing has come for 2 s: 0 there, 0 failed, 3 left'
	has out/.tf-bulk/log "nothing has come for 2 s, see --stuck-after"
	touch go
	comes told 'going 0 it goes on'
	touch end
	wait $!
	same "$(sed 's/ .*//' told | uniq | head -n 3 | tr '\n' ' ')" 'start stuck going '
	same "$(tail -n 1 told)" 'success 0 3 there, 0 failed, 0 left'
}
claim "a run to which nothing comes is told once, and that it goes on" stuck

slow_telling() {
	# Nothing comes until `stuck` is being told; then results, until all that is waited for has been told.
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		until grep -q stuck begun; do sleep 0.1; done
		read -r line
		until [ -e "$END" ]; do
			echo "${line%\}},\"status\":\"success\",\"attempt\":1,\"finished_at\":1700000000}"
			touch came
			sleep 0.2
		done
		exec sed 's/}$/,"status":"success","attempt":1,"finished_at":1700000000}/'
	FETCH
	records 3 >source.ndjson
	# The run ends the process that tells when it is at its own end, and looks each 0.05 s whether that is gone.
	fake sleep <<-EOF
		[ "\$1" != 0.05 ] || : >ending
		exec $(command -v sleep) "\$@"
	EOF
	slow='echo "$TF_BULK_EVENT" >>begun
		case $TF_BULK_EVENT,$END in
		start,*) sleep 3 ;;
		stuck,goes) until [ -e came ]; do sleep 0.1; done; sleep 3 ;;
		stuck,*) rm -f ending; until [ -e ending ]; do sleep 0.1; done ;;
		going,*) touch goes ;;
		esac
		echo "$TF_BULK_EVENT" >>told'
	: >begun
	export END
	END=goes
	"$BULK" run -y -o out --notify "$slow" --stuck-after 2s source.ndjson
	same "$(uniq told | head -n 3 | tr '\n' ' ')" 'start stuck going '
	same "$(tail -n 1 told)" success
	same "$(cat begun)" "$(cat told)"
	# The run ends while `stuck` is told.
	rm -r out told came goes
	: >begun
	END=came
	"$BULK" run -y -o out --notify "$slow" --stuck-after 2s source.ndjson
	same "$(tr '\n' ' ' <told)" 'start stuck success '
}
claim "each event is told when the one before it has been, however slow the command is" slow_telling

# one_of: a tf-fetch that fetches one of what is left, and ends as FATE says.
one_of() {
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		sed 's/}$/,"status":"success","attempt":1,"finished_at":1700000000}/;q'
		cat >/dev/null
		exit "${FATE:-0}"
	FETCH
}

enough() {
	one_of
	records 3 >source.ndjson
	ends 1 "$BULK" run -y -o out --max-files 1 --notify "$TELL" source.ndjson
	same "$(tail -n 1 told)" 'early 1 1 there, 0 failed, 2 left'
	# The time comes while the run reads its catalogue: no round begins.
	fake date <<-'DATE'
		case "$*" in +%s) [ ! -e late ] || set -- -d '+2 days' +%s ;; esac
		exec /bin/date "$@"
	DATE
	PATH=$TF_TOOLS:$PATH
	ends 1 "$BULK" run -y -o out --until 06:00 --notify "$TELL" source.ndjson -- sh -c 'touch late; cat'
	same "$(sed -n '4,$p' told)" 'early 1 1 there, 0 failed, 2 left'
	rm late
	export FATE=3
	ends 3 "$BULK" run -y -o out --max-files 1 --notify "$TELL" source.ndjson
	grep -q '^failure 3 ' told
}
claim "a run that ends with something left by --until or --max-files has not failed, unless it has" enough

patience() {
	real_tools
	origin --size 1k --fault '/ping*:503;retry-after=3600'
	signed 1 >source.ndjson
	fake_pass
	ends 0 timeout 120 "$BULK" run -y -o out --notify-limit 1s --ping "$URL/ping" source.ndjson 2>errors
	has requests /ping/start
	has errors "--ping: "
}
claim "a service that asks for an hour of patience does not get it" patience

# manager: a service manager's socket; what comes is in `said`, a line each.
manager() {
	: >said
	perl -MSocket -e 'my $s; socket($s, AF_UNIX, SOCK_DGRAM, 0) and bind($s, sockaddr_un("socket")) or die;
		open(my $out, ">>", "said"); $out->autoflush(1);
		while (defined recv($s, my $text, 4096, 0)) { print $out "$text\n" }' &
	MANAGER=$!
	timeout 60 sh -c 'until [ -S socket ]; do sleep 0.05; done'
	NOTIFY_SOCKET=$PWD/socket
	export NOTIFY_SOCKET
}

managed() {
	command -v perl >/dev/null || return 0
	records 3 >source.ndjson
	# One that ends once the manager has heard that the run lives; what it did is told by one that was killed before.
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		timeout 60 sh -c 'until grep -q WATCHDOG=1 said; do sleep 0.05; done'
		exec sed 's/}$/,"status":"success","attempt":1,"finished_at":1700000000}/'
	FETCH
	mkdir -p out/.tf-bulk
	echo '{}' >out/.tf-bulk/active.json
	touch -d '1 hour ago' out/.tf-bulk/active.json
	manager
	WATCHDOG_USEC=3000000 "$BULK" run -y -o out source.ndjson
	comes said STOPPING=1
	same "$(sed -n 1p said)" READY=1
	has said 'STATUS=reads the catalogue'
	has said WATCHDOG=1
	# The same without systemd's own program.
	mkdir bin
	for folder in /usr/bin /bin; do
		for program in "$folder"/*; do
			case $program in */systemd-notify) ;; *) ln -sf "$program" bin/ ;; esac
		done
	done
	: >said
	fake_pass
	PATH=$PWD/bin "$BULK" run -y -o out source.ndjson
	comes said STOPPING=1
	same "$(sed -n 1p said)" READY=1
	kill "$MANAGER"
}
claim "a service manager is told that it is ready, what it does, and that it lives" managed

manager_gone() {
	records 3 >source.ndjson
	# For some looks.
	fake tf-fetch <<-'FETCH'
		case " $* " in *' --active '*) ;; *) exit 0 ;; esac
		timeout 60 sh -c 'until [ "$(wc -l <asked)" -ge 6 ]; do sleep 0.05; done'
		exec sed 's/}$/,"status":"success","attempt":1,"finished_at":1700000000}/'
	FETCH
	: >asked
	fake systemd-notify <<-'NOTIFY'
		echo "$@" >>asked
		exit 1
	NOTIFY
	NOTIFY_SOCKET=$PWD/gone WATCHDOG_USEC=3000000 "$BULK" run -y -o out source.ndjson
	same "$(grep -c 'cannot be told anything' out/.tf-bulk/log)" 1
	has asked STOPPING=1
	[ "$(wc -l <asked)" -ge 7 ]
}
claim "a service manager that is gone is mentioned once" manager_gone

refused() {
	records 1 >source.ndjson
	for words in '--ping ftp://example.org/x' '--ping hc-ping.com/x' '--stuck-after soon' '--stuck-after 0' \
		'--notify-limit 0s' '--log-size big' '--log-files many' '--log-age 1w'; do
		# shellcheck disable=SC2086 # words
		ends 2 "$BULK" run -y -o out $words source.ndjson 2>errors
		has errors "tf-bulk: ${words%% *} "
		[ ! -e out ]
	done
	printf 'stuck-after = never\n' >tf-bulk.conf
	ends 2 "$BULK" run -y -o out source.ndjson 2>errors
	has errors "--stuck-after comes from './tf-bulk.conf', line 1"
}
claim "a setting that is none is refused before anything is done" refused

logs() {
	records 1 >source.ndjson
	for number in 1 2 3 4; do
		"$BULK" run -y -o out --log-size 20 --log-files 2 source.ndjson
	done
	same "$(cd out/.tf-bulk && echo log*)" 'log log.1 log.2'
	same "$("$BULK" log -o out | grep -c 'run: started')" 3
	"$BULK" run -y -o out --log-files 1 --log-size 4M source.ndjson
	sed -i '1s/^[^ ]*/2026-01-01T00:00:00Z/' out/.tf-bulk/log
	"$BULK" run -y -o out --log-files 1 --log-age 30d source.ndjson
	same "$(cd out/.tf-bulk && echo log*)" 'log log.1'
	has out/.tf-bulk/log.1 2026-01-01
	: >out/.tf-bulk/log
	"$BULK" run -y -o out --log-files 1 --log-age 1s source.ndjson
	has out/.tf-bulk/log.1 2026-01-01
}
claim "the log is put aside by size and by age, and as many are kept as are wanted" logs
