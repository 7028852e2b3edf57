# shellcheck shell=sh
# Hosts in network namespaces, each with an sshd, a home folder, the tools, and a line of 100 Mbit/s to here. As root
# only.

LAB=$WORK/lab
HOSTS_UP=''

lab_open() {
	mkdir -p /run/sshd "$LAB"
	ssh-keygen -q -t ed25519 -N '' -f "$LAB/host.key"
	ssh-keygen -q -t ed25519 -N '' -f "$LAB/user.key"
	openssl genrsa -out "$LAB/key.pem" 2048 2>/dev/null
	ip addr add 10.215.0.1/32 dev lo
}

# lab_host N [WORD…]: a host; the words go into the environment of what runs there.
lab_host() {
	host=$1
	shift
	space=tf-lab-$$-$host
	HOSTS_UP="$HOSTS_UP $host"
	ip netns add "$space"
	ip link add "tfl$host" type veth peer name tf0 netns "$space"
	ip addr add "10.214.$host.1/30" dev "tfl$host"
	ip link set "tfl$host" up
	ip -n "$space" addr add "10.214.$host.2/30" dev tf0
	ip -n "$space" link set tf0 up
	ip -n "$space" link set lo up
	ip -n "$space" route add default via "10.214.$host.1"
	tc qdisc add dev "tfl$host" root tbf rate 100mbit burst 64k latency 50ms
	mkdir -p "$LAB/$host/.local/lib/tf-bulk/bin"
	ln -s "$PWD"/.build/release/tf-queue "$PWD"/.build/release/tf-sign "$PWD"/.build/release/tf-fetch \
		"$LAB/$host/.local/lib/tf-bulk/bin/"
	printf '#!/bin/sh\nexec %s "$@"\n' "$PWD/scripts/tf-bulk" >"$LAB/$host/.local/lib/tf-bulk/bin/tf-bulk"
	chmod +x "$LAB/$host/.local/lib/tf-bulk/bin/tf-bulk"
	cat >"$LAB/$host.conf" <<-END
		ListenAddress 10.214.$host.2
		HostKey $LAB/host.key
		AuthorizedKeysFile $LAB/user.key.pub
		StrictModes no
		UsePAM no
		PidFile none
		MaxStartups 100
		SetEnv SHLVL=2
		ForceCommand export HOME=$LAB/$host PATH=/usr/bin:/bin $*; eval "\$SSH_ORIGINAL_COMMAND"
	END
	ip netns exec "$space" /usr/sbin/sshd -f "$LAB/$host.conf"
}

# lab_line N [WORKERS]: the host as it is in a file of hosts.
lab_line() {
	echo "${2:-1}/ssh -i $LAB/user.key -o UserKnownHostsFile=$LAB/known -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR 10.214.$1.2"
}

# lab_kill N: as if its power had gone.
lab_kill() {
	ip link set "tfl$1" down
	ip netns pids "tf-lab-$$-$1" | xargs -r kill -KILL || true
}

lab_close() {
	for host in $HOSTS_UP; do
		ip netns pids "tf-lab-$$-$host" | xargs -r kill -KILL || true
		ip link del "tfl$host"
		ip netns del "tf-lab-$$-$host"
	done
	ip addr del 10.215.0.1/32 dev lo
	kill "$(cat "$LAB/nginx.pid")"
}

# lab_origin SMALL LARGE: nginx, which every host reaches: below /small and /large each path is a video of that size.
# URL is its address, and REQUESTS its log, a path on each line.
lab_origin() {
	tf-origin --size "$1" --print /small >"$LAB/small.mp4"
	tf-origin --size "$2" --print /large >"$LAB/large.mp4"
	REQUESTS=$LAB/requests URL=http://10.215.0.1:8099
	cat >"$LAB/nginx.conf" <<-END
		user root;
		pid $LAB/nginx.pid;
		error_log $LAB/nginx.log;
		worker_processes 1;
		events { worker_connections 1024; }
		http {
			access_log off;
			log_format path '\$request_path';
			map \$request_uri \$request_path { ~^(?<path>[^?]*) \$path; }
			sendfile on;
			default_type video/mp4;
			keepalive_requests 1000000;
			server {
				listen 10.215.0.1:8099;
				access_log $REQUESTS path;
				root $LAB;
				location /small/ { try_files /small.mp4 =404; }
				location /large/ { try_files /large.mp4 =404; }
			}
		}
	END
	nginx -c "$LAB/nginx.conf"
}

# lab_records small|large N
lab_records() {
	seq "$2" | sed "s|.*|{\"path\":\"$1/&.mp4\",\"url\":\"$URL/$1/&\"}|"
}

# lab_run OUT OPTION…: a run on the hosts of the file LAB/hosts.
lab_run() {
	out=$1
	shift
	scripts/tf-bulk run --yes -o "$out" --hosts "$LAB/hosts" --key-pair-id K2JCJMDEHXQW5F --private-key "$LAB/key.pem" \
		--progress none "$@" "$LAB/catalog.ndjson" >"$LAB/output" 2>"$LAB/errors"
}
