#!/bin/sh
# Kubernetes as the engine: its manifests, and what their pods run.
. "$DRIVER_TESTS/lib.sh"
MANIFESTS=$DRIVER_TESTS/../../share/tf-bulk/kubernetes

python=$DRIVER_TESTS/../../.build/peers/bin/python
"$python" -c 'import kubernetes_validate' 2>/dev/null || python=python3
# Where scripts/bootstrap has installed it, its lack is a failure.
[ -n "${DRIVER_PEERS:-}" ] || "$python" -c 'import kubernetes_validate' 2>/dev/null ||
	skip "kubernetes-validate is not installed"

valid() {
	"$python" "$DRIVER_TESTS/../peers/kubernetes_manifests.py" check "$MANIFESTS"/*.yaml
}
claim "the manifests are valid by Kubernetes' schemas, and agree with each other" valid

# pod MANIFEST INDEX STATUS: runs what its container would, in this folder in place of the volumes.
pod() {
	"$python" "$DRIVER_TESTS/../peers/kubernetes_manifests.py" command "$MANIFESTS/$1.yaml" "$2" |
		sed -e "s|/usr/share/tf-bulk/kubernetes/|$MANIFESTS/|g" -e "s|/videos|$PWD/out|g" >pod.sh
	TF_JOB=$PWD/job
	export TF_JOB
	ends "$3" sh -c 'exec sh pod.sh >output 2>errors'
}

# begin OPTION…: an origin, and a volume with a catalogue.
begin() {
	engine_tools
	origin --size 2000 "$@"
	mkdir job
	signed 60 >job/catalog.ndjson
}

rounds() {
	begin --fault '/k1:404'
	pod split 0 0
	has errors "the next record is due"
	same "$(find job/shards -type f | wc -l)" 40
	for index in $(seq 0 39); do pod fetch "$index" 0; done
	same "$(jq -r .status job/results/*.ndjson | sort | uniq -c | awk '{ print $1, $2 }' | paste -s -d ' ' -)" '1 failed 59 success'
	same "$(jq -r .run job/results/*.ndjson | sort -u)" tf-bulk-fetch
	same "$(find job/results -name 'tf-bulk-fetch-*' -size +0 | wc -l)" "$(find job/shards -size +0 -type f | wc -l)"
	same "$(jq -r .host job/results/*.ndjson | sort -u)" node-1
	pod split 0 0
	has errors "nothing is left to try"
}
claim "the pods' commands split a catalogue, and fetch each shard once; records that fail do not fail their pod" rounds

statuses() {
	begin
	pod split 0 0
	pod fetch 0 0
	sed -i 's/TF_JOBS=40/TF_JOBS=none/' pod.sh
	ends 2 sh pod.sh 2>errors
	mv job/shards/shard-2.ndjson .
	pod fetch 1 3
	mv job/results none
	: >job/results
	pod fetch 2 3
	ends 2 env JOB_COMPLETION_INDEX=0 "$MANIFESTS/fetch" -o out 2>errors
	has errors "POD_NAME is not set"
}
claim "2 says that no pod should try again, 3 that another one should" statuses

# A pod that was given up with its node may still work.
another() {
	begin
	TF_JOB=job "$MANIFESTS/split" 1 2>errors
	pod fetch 0 0
	set -- job/results/tf-bulk-fetch-0-*.ndjson
	exec 8>>"$1"
	flock -n 8
	pod fetch 0 0
	same "$(find job/results -name 'tf-bulk-fetch-0-*' -size +0 | wc -l)" 2
}
claim "another pod of an index has another journal, so that it need not wait for the first one" another

ended() {
	begin
	signed 4 >job/catalog.ndjson
	TF_JOB=job "$MANIFESTS/split" 1 2>errors
	POD_NAME=fetch-0-a JOB_COMPLETION_INDEX=0 TF_JOB=job "$MANIFESTS/fetch" -o out --progress none -j 1 --rate-limit 1K &
	process=$!
	timeout 60 sh -c 'until grep -qs success job/results/*; do sleep 0.05; done'
	kill -TERM "$process"
	status=0
	wait "$process" || status=$?
	[ "$status" -gt 128 ]
	grep -q interrupted job/results/* || [ "$(wc -l <job/results/fetch-0-a.ndjson)" -lt 4 ]
}
claim "a pod that is told to end stops its worker, whose results are written" ended
