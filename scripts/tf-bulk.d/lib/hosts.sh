# shellcheck shell=sh
# The hosts of a fleet. What is known of them is in the folder FLEET:
#
#   table      a line for each host: ID NAME WORKERS COMMAND…; ID is what GNU parallel calls it, COMMAND the shell words
#              that reach it, nothing for this machine
#   in.ID      it has passed the checks
#   out.ID     it is left out: when it is looked at again, and why, each on a line
#   wait.ID    how many seconds it was left out, and why, until it has finished a shard again
#   live       those that shards are given to, for parallel's --sshloginfile
#   options    the worker's options, as shell words
#   news       what the user is to know of them, until it is told

# hosts_read FILE: prints the table of a file in the syntax of parallel(1); where that is wrong, says why and fails.
hosts_read() {
	# Silence that ends a lease is not to be that of a connection.
	awk -v quote="'" -v here="$(uname -n)" -v wait=$((LEASE > 10 ? 10 : LEASE - 1)) '
		function refuse(text) { print "line " NR ": " text; failed = 1; exit }
		function take(login,    workers, command, user, host, port, key, name, id) {
			sub(/^@[^\/]+\/?/, "", login)
			workers = 2
			if (match(login, /^[0-9]+\//)) { workers = substr(login, 1, RLENGTH - 1) + 0; sub(/^[0-9]+\//, "", login) }
			if (workers < 1) refuse(quote login quote " has no worker: give a number from 1")
			command = "ssh"
			if (match(login, /^.* /)) { command = substr(login, 1, RLENGTH - 1); sub(/^.* /, "", login) }
			host = login
			if (match(host, /^[^@]+@/)) { user = substr(host, 1, RLENGTH - 1); sub(/^[^@]+@/, "", host) }
			if (user ~ /:/) refuse("a password is not taken: let ssh use a key")
			if (host ~ /^(\[.*\]|[^:]+):[0-9]+$/) { port = host; sub(/^.*:/, "", port); sub(/:[0-9]+$/, "", host) }
			gsub(/^\[|\]$/, "", host)
			if (user !~ /^[0-9A-Za-z._-]*$/) refuse(quote user quote " is not a user")
			if (login != ":" && (host !~ /^[0-9A-Za-z._:%][0-9A-Za-z._:%-]*$/ || host == ".."))
				refuse(quote login quote " is not a host")
			key = command " " user "@" host " " port
			if (key in seen) refuse("the host " quote login quote " is there twice, first in line " seen[key])
			seen[key] = NR
			name = login == ":" ? here : host (port == "" ? "" : ":" port)
			while (name in names) name = name "+"
			names[name] = 1
			id = name
			gsub(/[^0-9A-Za-z._-]/, "_", id)
			while (id in ids) id = id "_"
			ids[id] = 1
			if (command ~ /^([^ ]*\/)?ssh( |$)/) command = command " -T -o BatchMode=yes -o ConnectTimeout=" wait
			if (user != "") command = command " -l " user
			if (port != "") command = command " -p " port
			print id, name, workers, login == ":" ? "" : command " -- " host
		}
		{ sub(/\r$/, ""); sub(/[ \t]+$/, ""); sub(/^[ \t]+/, "") }
		/^(#|$)/ { next }
		{
			gsub(/\\,|,,/, "\001")
			count = split($0, part, ",")
			for (i = 1; i <= count; i++) { gsub("\001", ",", part[i]); take(part[i]) }
			found = 1
		}
		END {
			if (!failed && !found) { print "it names no host"; failed = 1 }
			exit failed
		}' "$1"
}

# host_take ID: sets NAME, WORKERS and COMMAND of a host; fails where it is not in the table.
host_take() {
	while read -r line_id NAME WORKERS COMMAND; do
		[ "$line_id" != "$1" ] || return 0
	done <"$FLEET/table"
	return 1
}

# hosts_all: their IDs.
hosts_all() {
	sed 's/ .*//' "$FLEET/table"
}

# on_host SCRIPT WORDS: takes this process's place, and runs the script with the words, which are quoted, on the host of
# host_take, whatever shell its user has. It is ended when who started it dies.
on_host() {
	remote="exec sh -c$(one_line "$1") sh$2"
	if [ -n "$COMMAND" ]; then
		eval "exec setpriv --pdeathsig TERM -- $COMMAND \"\$remote\""
	else
		PATH=${SELF%/*}:$PATH exec setpriv --pdeathsig TERM -- sh -c "$remote"
	fi
}

# one_line WORD…: each after a blank, quoted for whatever shell.
one_line() {
	for word; do
		printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done
}

# host_in ID: shards are given to it from the next round on, which counts it among those that share the limits.
host_in() {
	rm -f -- "$FLEET/out.$1"
	true >"$FLEET/in.$1"
	hosts_list
}

# host_out ID REASON: leaves it out for a while, twice as long each time until it has finished a shard.
host_out() {
	wait=$(sed -n 1p "$FLEET/wait.$1" 2>/dev/null)
	wait=$((${wait:-0} < 1 ? HOST_WAIT : wait * 2))
	[ "$wait" -le 60 ] || wait=60
	printf '%s\n%s\n' "$wait" "$2" >"$FLEET/wait.$1"
	printf '%s\n%s\n' $(($(date +%s) + wait)) "$2" >"$FLEET/out.$1"
	rm -f -- "$FLEET/in.$1"
	hosts_list
}

# host_news ID TEXT: the log has it at once, the terminal after the round. One that was taken out of the file is no
# news.
host_news() {
	host_take "$1" || return 0
	log "host '$NAME': $2"
	printf "tf-bulk: host '%s': %s\n" "$NAME" "$2" >>"$FLEET/news"
}

# hosts_list: writes `live` again. parallel reads it again where its time is two seconds later or more, and takes this
# machine where it names no host: then it is told to begin nothing more.
hosts_list() {
	(
		flock 8
		: >"$FLEET/live.new"
		hosts_live >"$FLEET/live.new"
		time=$(($(stat -c %Y -- "$FLEET/live" 2>/dev/null || date +%s) + 2))
		if [ -s "$FLEET/live.new" ]; then
			touch -d "@$time" -- "$FLEET/live.new"
			mv -f -- "$FLEET/live.new" "$FLEET/live"
		else
			round_end_early
		fi
	) 8>>"$FLEET/lock" 9>&-
}

# hosts_live: those that have passed the checks and are not left out, as WORKERS/ID. All together have no more workers
# than MOST_WORKERS, of which each has one transfer at least.
hosts_live() {
	while read -r line_id line_name workers line_command; do
		[ ! -e "$FLEET/in.$line_id" ] || echo "$workers $line_id"
	done <"$FLEET/table" | awk -v left="$MOST_WORKERS" '
		{ wanted[NR] = $1; id[NR] = $2 }
		END {
			do {
				given = 0
				for (i = 1; i <= NR && left > 0; i++)
					if (has[i] < wanted[i]) { has[i]++; left--; given = 1 }
			} while (given)
			for (i = 1; i <= NR; i++) if (has[i]) print has[i] "/" id[i]
		}'
}

# round_end_early: the shards that run are finished, and no other is begun.
round_end_early() {
	engine=$(cat "$FLEET/engine" 2>/dev/null)
	[ -z "$engine" ] || kill -HUP "$engine" 2>/dev/null
}
