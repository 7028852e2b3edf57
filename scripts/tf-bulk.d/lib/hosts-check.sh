# shellcheck shell=sh
# Whether hosts can work: looked at before a run does anything, and again for each that is added or was lost.

HOST_WAIT=5 # seconds until one that failed is looked at again, the first time

# shellcheck disable=SC2016 # for the host's shell
HOST_PATH='PATH="$HOME/.local/lib/tf-bulk/bin:$PATH"; export PATH'

# host_tools: what a worker needs.
host_tools() {
	echo "tf-queue tf-sign tf-fetch ${STORE:+tf-store }tf-bulk"
}

# hosts_open: before a run does anything, all hosts of HOSTS_FILE can work, or it ends.
hosts_open() {
	# What is there is of an earlier run.
	rm -rf -- "$FLEET"
	[ -n "$HOSTS_FILE" ] || return 0
	parallel_is_here || fail 3 "'parallel': not found: --hosts needs GNU parallel: install it"
	workers_limit
	mkdir -- "$FLEET" || fail 3 "'$STATE': cannot write here"
	hosts_table || hosts_refuse 2 "'$HOSTS_FILE': $(cat "$FLEET/table.new")"
	VERSION=$(version_show) || exit
	RUN=$(date -u +%Y%m%dT%H%M%SZ)
	options_write "$(hosts_all | wc -l)"
	[ -z "$INSTALL_HOSTS" ] || hosts_install
	hosts_each host_check
	[ ! -s "$FLEET/news" ] || hosts_refuse "$(host_status)" "'$HOSTS_FILE': correct that, or take these hosts out"
	hosts_list
	hosts_count
	words='1 host takes part, with'
	[ "$HOSTS" -eq 1 ] || words="$(human_count "$HOSTS") hosts take part, with"
	if [ "$SLOTS" -eq 1 ]; then say "$words 1 worker"; else say "$words $(human_count "$SLOTS") workers"; fi
}

# workers_limit: sets MOST_WORKERS, as many as can have one transfer each.
workers_limit() {
	number_plain "jobs${AUTO_JOBS:+-most}" "$JOBS"
	MOST_WORKERS=$JOBS
	value=$(setting_value per-host) || return 0
	number_plain per-host "$value"
	[ "$value" -ge "$JOBS" ] || MOST_WORKERS=$value
}

# parallel_is_here: another program has this name, too.
parallel_is_here() {
	parallel --version 2>/dev/null </dev/null | grep -q '^GNU parallel'
}

# hosts_table: reads HOSTS_FILE; fails where it is wrong, with the reason in table.new.
hosts_table() {
	{ [ ! -d "$HOSTS_FILE" ] && true <"$HOSTS_FILE"; } 2>/dev/null || {
		echo "cannot be read" >"$FLEET/table.new"
		return 1
	}
	hosts_read "$HOSTS_FILE" >"$FLEET/table.new" && mv -f -- "$FLEET/table.new" "$FLEET/table"
}

# hosts_refuse STATUS MESSAGE: ends the run, and leaves nothing.
hosts_refuse() {
	hosts_tell
	rm -rf -- "$FLEET"
	fail "$@"
}

# hosts_stop: after a signal.
hosts_stop() {
	rm -rf -- "$FLEET"
	end_by_signal
}

# hosts_tell: the news.
hosts_tell() {
	[ -s "$FLEET/news" ] || return 0
	mv -f -- "$FLEET/news" "$FLEET/news.told"
	cat -- "$FLEET/news.told" >&2
}

# hosts_each FUNCTION: for all of them at one time.
hosts_each() {
	for id in $(hosts_all); do
		[ -z "$STOPPED" ] || break
		("$1" "$id") 9>&- &
		STAGES="$STAGES check=$!"
	done
	stages_wait
	[ -z "$STOPPED" ] || hosts_stop
}

# shellcheck disable=SC2016 # for the host's shell
# host_check ID: takes it in where it has the tools of this version, and a worker could work with these settings.
host_check() {
	host_take "$1" || return
	(
		said=$FLEET/said.$1
		on_host "$HOST_PATH"'
			wanted=$1
			shift
			for tool in '"$(host_tools)"'; do
				command -v "$tool" >/dev/null || { echo "$tool is missing there"; exit 127; }
				version=$("$tool" --version 2>&1 </dev/null | head -n 1)
				[ "$version" = "$wanted" ] || { echo "$tool there is $version, not $wanted"; exit 127; }
			done
			exec tf-bulk worker --leash 0 "$@" - -' \
			"$(one_line "$VERSION")$(cat "$FLEET/options")" </dev/null >"$said" 2>&1
	)
	status=$?
	echo "$status" >"$FLEET/status.$1"
	if [ "$status" -eq 0 ]; then
		host_in "$1"
	else
		host_refused "$1" "$(host_reason "$1" "$status")"
	fi
}

# hosts_sign_check: whether a record of the new catalogue can be signed, with the key of the first host that answers:
# the settings of the others are the same. The first records mostly tell; else all of them are sent.
hosts_sign_check() {
	for live in $(hosts_live); do
		id=${live#*/}
		head -n 100 -- "$CATALOG.new" >"$FLEET/sample"
		for records in "$FLEET/sample" "$CATALOG.new"; do
			(host_signs "$id" "$records") 9>&- &
			STAGES=" check=$!"
			stages_wait
			catalog_unless_stopped
			[ "$(fate check)" = 2 ] || break
		done
		case $(fate check) in
		0) break ;;
		2)
			catalog_drop
			host_take "$id"
			hosts_refuse 2 "host '$NAME': $(host_reason "$id" 2)"
			;;
		esac
	done
	rm -f -- "$FLEET/sample"
}

# shellcheck disable=SC2016 # for the host's shell
# host_signs ID FILE
host_signs() {
	host_take "$1" || exit
	on_host "$HOST_PATH"'; exec tf-bulk worker --check "$@" -' "$(cat "$FLEET/options")" <"$2" >"$FLEET/said.$1" 2>&1
}

# host_refused ID REASON: the same reason is told once.
host_refused() {
	[ "$(sed -n 2p "$FLEET/wait.$1" 2>/dev/null)" = "$2" ] || host_news "$1" "$2"
	host_out "$1" "$2"
}

# host_reason ID STATUS: why a check, or a worker, ended so.
host_reason() {
	reason=$(grep -v '^{' "$FLEET/said.$1" 2>/dev/null | grep . | tail -n 1 | tr -d '\r' | cut -c 1-300 | printable |
		sed 's/^tf-bulk: //')
	case $2 in
	127) echo "${reason:-the tools do not run there}: 'tf-bulk run --install-hosts' copies them" ;;
	255) echo "no connection: ${reason:-it was cut off}" ;;
	*) echo "${reason:-its worker $(fate_words "$2")}" ;;
	esac
}

# host_status: 2 where a host refused the settings, as any would; else 3.
host_status() {
	if cat "$FLEET"/status.* | grep -qx 2; then echo 2; else echo 3; fi
}

# hosts_count: sets HOSTS and SLOTS, how many hosts and workers take part.
hosts_count() {
	HOSTS=0 SLOTS=0
	for live in $(hosts_live); do
		HOSTS=$((HOSTS + 1)) SLOTS=$((SLOTS + ${live%%/*}))
	done
}

# hosts_keep: beside the rounds, takes in what is added to the file or has come back, and drops what was taken out of
# it.
hosts_keep() {
	while sleep 2 && kill -0 $$ 2>/dev/null; do
		hosts_follow
		before=$(hosts_in)
		for id in $(hosts_due); do
			(host_check "$id") &
		done
		wait
		[ "$(hosts_in)" -le "$before" ] || round_end_early
	done
}

# hosts_in: how many have passed the checks.
hosts_in() {
	find "$FLEET" -name 'in.*' | wc -l
}

# hosts_follow: the file as it is now; one that is wrong changes nothing.
hosts_follow() {
	! cmp -s -- "$HOSTS_FILE" "$FLEET/seen" || return 0
	cp -- "$HOSTS_FILE" "$FLEET/seen" 2>/dev/null
	if hosts_table; then
		hosts_list
	else
		log "'$HOSTS_FILE': $(cat "$FLEET/table.new"): the hosts are as before"
	fi
}

# hosts_due: those that are to be looked at.
hosts_due() {
	now=$(date +%s)
	for id in $(hosts_all); do
		[ ! -e "$FLEET/in.$id" ] || continue
		again=$(sed -n 1p "$FLEET/out.$id" 2>/dev/null)
		[ "${again:-0}" -gt "$now" ] || echo "$id"
	done
}
