# shellcheck shell=sh
# For the scripts of engines that send their signals to the script alone: Slurm to the batch shell, Kubernetes to the first
# process of a container, which gets none that it does not catch.

# worker_run ARGUMENT…: of `tf-bulk worker`. Sets STATUS, how it ended; SIGTERM goes on to it.
worker_run() {
	tf-bulk worker "$@" &
	worker=$!
	trap 'kill -TERM "$worker" 2>/dev/null' TERM
	# A signal interrupts a wait.
	while :; do
		STATUS=0
		wait "$worker" || STATUS=$?
		kill -0 "$worker" 2>/dev/null || break
	done
}
