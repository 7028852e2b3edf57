# shellcheck shell=sh
# For the scripts of engines that send their signals to the script alone: Slurm to the batch shell, Kubernetes to the first
# process of a container, which gets none that it does not catch.

# worker_run ARGUMENT…: of `tf-bulk worker`. Sets STATUS, how it ended; SIGTERM goes on to it.
worker_run() {
	# A signal that comes before there is a worker is kept for it.
	worker='' ended=''
	trap 'ended=1; [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null' TERM
	tf-bulk worker "$@" &
	worker=$!
	[ -z "$ended" ] || kill -TERM "$worker" 2>/dev/null
	# A signal interrupts a wait.
	while :; do
		STATUS=0
		wait "$worker" || STATUS=$?
		kill -0 "$worker" 2>/dev/null || break
	done
}
