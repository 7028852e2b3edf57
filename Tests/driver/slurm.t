#!/bin/sh
# Slurm as the engine: a cluster of three nodes on this machine, each with a slurmd of its own.
. "$DRIVER_TESTS/lib.sh"
SLURM=$DRIVER_TESTS/../../share/tf-bulk/slurm

for program in slurmctld slurmd sbatch munged; do
	command -v "$program" >/dev/null || PATH=$PATH:/usr/sbin
	command -v "$program" >/dev/null || skip "$program is not installed"
done

# cluster: the nodes n1, n2 and n3, with tools that sign nothing.
cluster() {
	here=$PWD/cluster
	mkdir -p "$here/run" "$here/state" "$here/spool"
	# shellcheck disable=SC2046 # a word for each port
	set -- $(python3 -c 'import socket
ends = [socket.socket() for _ in range(4)]
for end in ends: end.bind(("127.0.0.1", 0))
print(*[end.getsockname()[1] for end in ends])')
	cat >"$here/slurm.conf" <<-EOF
		ClusterName=tf
		SlurmctldHost=localhost
		SlurmctldPort=$1
		SlurmUser=$(id -un)
		SlurmdUser=$(id -un)
		AuthType=auth/munge
		AuthInfo=socket=$here/run/munge,cred_expire=5
		CredType=cred/munge
		StateSaveLocation=$here/state
		SlurmdSpoolDir=$here/spool/%n
		SlurmctldPidFile=$here/run/ctld.pid
		SlurmdPidFile=$here/run/%n.pid
		SlurmctldLogFile=$here/ctld.log
		SlurmdLogFile=$here/%n.log
		ProctrackType=proctrack/pgid
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		MpiDefault=none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		ReturnToService=2
		SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
		NodeName=n1 NodeHostname=localhost Port=$2 CPUs=1
		NodeName=n2 NodeHostname=localhost Port=$3 CPUs=1
		NodeName=n3 NodeHostname=localhost Port=$4 CPUs=1
		PartitionName=all Nodes=ALL Default=YES MaxTime=10 State=UP
	EOF
	SLURM_CONF=$here/slurm.conf
	export SLURM_CONF
	chmod 755 "$CLAIM_FOLDER" "$here" "$here/run"
	(umask 077 && head -c 1024 /dev/urandom >"$here/key")
	trap cluster_end EXIT
	munged --key-file="$here/key" --socket="$here/run/munge" --pid-file="$here/run/munge.pid" \
		--log-file="$here/munge.log" --seed-file="$here/seed" --force
	slurmctld -c
	for node in n1 n2 n3; do slurmd -N "$node"; done
	# shellcheck disable=SC2016 # in the shell that gets it
	timeout 60 sh -c 'until [ "$(sinfo -h -t idle -o %D)" = 3 ]; do sleep 0.1; done'
	engine_tools
}

cluster_end() {
	scancel --quiet --full -u "$(id -un)" || true
	pids=$(cat "$here"/run/*.pid)
	for pid in $pids; do kill "$pid" || true; done
	# They write to their folders until they end.
	for pid in $pids; do timeout 60 tail -f --pid="$pid" /dev/null || true; done
}

# waits COMMAND: until it succeeds.
waits() {
	timeout 60 sh -c "until $1; do sleep 0.1; done" || {
		squeue
		cat job/*.log job/rounds/*/*.log cluster/ctld.log
		return 1
	}
}

drained() {
	cluster
	origin --size 20000
	signed 36 >catalog.ndjson
	# On n2 nothing can be fetched: what it was given goes to other nodes.
	fake tf-fetch <<-EOF
		[ "\$SLURMD_NODENAME" != n2 ] || exit 3
		exec "$REAL_TOOLS/tf-fetch" "\$@"
	EOF
	"$SLURM/submit" --shards 9 --workers 3 job catalog.ndjson -o out --progress none --rate-limit 60K >submitted
	has submitted "round 1: 9 shards as job 1, merged by job 2"
	# All that is due is on its way: another chain would fetch it again.
	ends 3 "$SLURM/submit" job catalog.ndjson -o out 2>errors
	has errors "has not ended"
	[ ! -e job/rounds/2 ]
	waits 'grep -qs \"n3\" job/results/1-*'
	scontrol update NodeName=n3 State=DRAIN Reason=test
	waits 'grep -qs "all is there" job/merge-*.log'
	whole 20000 36
	tf-queue --check catalog.ndjson job/results.ndjson
	same "$(jq -r 'select(.status == "success") | .path' job/results.ndjson | sort | uniq -d)" ''
	same "$(jq -r .host job/results.ndjson | sort -u | paste -s -d ' ' -)" 'n1 n3'
	same "$(sort -u job/rounds/1/refused)" n2
	# n2 got nothing in the second round, and n3 no shard after it was drained.
	[ ! -e job/rounds/2/refused ]
	same "$(grep -l n3 job/results/2-*.ndjson | wc -l)" 0
	same "$(sinfo -h -n n3 -o %t)" drain
}
claim "a job ends with every file whole and fetched once, though a node refuses and another one is drained" drained

requeued() {
	cluster
	origin --size 100000
	signed 6 >catalog.ndjson
	"$SLURM/submit" --shards 1 --workers 1 job catalog.ndjson -o out --progress none -j 1 --rate-limit 50K >submitted
	waits 'grep -qs success job/results/1-1-0.ndjson'
	scontrol requeue 1_1
	waits 'grep -qs "all is there" job/merge-1.log'
	whole 100000 6
	[ -s job/results/1-1-1.ndjson ]
	same "$(jq -r 'select(.attempt > 1) | .path' job/results.ndjson)" ''
}
claim "a task that Slurm ends and starts again goes on from what is on the disk" requeued

hopeless() {
	cluster
	origin --size 2000 --fault '/k1:404'
	signed 4 >catalog.ndjson
	"$SLURM/submit" --shards 2 job catalog.ndjson -o out --jobs none >submitted
	waits 'grep -qs "refused its settings" job/merge-1.log'
	waits '! squeue -h | grep -q .'
	[ ! -e job/rounds/2 ]
	# A journal that a lost node or a full disk cut off: the next one begins on a line of its own.
	printf '{"path":"c/1.mp4","stat' >>job/results/0.ndjson
	"$SLURM/submit" --shards 2 job catalog.ndjson -o out --retries 0 >submitted
	waits '! squeue -h | grep -q .'
	same "$(jq -rR 'fromjson? | .status' job/results.ndjson | sort | uniq -c | awk '{ print $1, $2 }' | paste -s -d ' ' -)" '1 failed 3 success'
	"$SLURM/submit" job catalog.ndjson -o out >submitted 2>errors
	has errors "nothing is due"
	# As many as Slurm's own limit allows.
	records 15000 >many.ndjson
	"$SLURM/submit" --workers 200 large many.ndjson -o out --jobs none >submitted
	has submitted "round 1: 1000 shards"
	scancel --quiet -u "$(id -un)"
	ends 2 "$SLURM/submit" --workers none job catalog.ndjson 2>errors
	has errors "'--workers' needs a number"
	ends 2 "$SLURM/submit" job catalog.ndjson --tries 2 2>errors
	has errors "'--tries' cannot be set here"
	ends 2 "$SLURM/submit" job 2>errors
}
claim "what nobody should try again ends the rounds, and failed records are left alone" hopeless
