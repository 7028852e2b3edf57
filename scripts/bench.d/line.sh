# shellcheck shell=sh
# Over a line of 100 Mbit/s, made of two network namespaces and a token bucket: as root only.
if [ "$(id -u)" -ne 0 ]; then
	echo '### A shaped line: skipped, since only root can make one'
	return
fi
# shellcheck source=scripts/bench.d/origin.sh
. "$PARTS/origin.sh"
space=tf-bench-$$
ip netns add "$space"
ip link add "tfb$$" type veth peer name tf0 netns "$space"
ip addr add 10.213.7.1/30 dev "tfb$$"
ip link set "tfb$$" up
ip -n "$space" addr add 10.213.7.2/30 dev tf0
ip -n "$space" link set tf0 up
tc qdisc add dev "tfb$$" root tbf rate 100mbit burst 64k latency 50ms
sh "$PARTS/nginx" stop "$WORK"
rm -f "$WORK/nginx.pid"
origin_start 10.213.7.1
targets_in /dev/shm
trap 'sh "$PARTS/nginx" stop "$WORK"; ip netns del "$space"; rm -rf -- "$WORK" "$TARGETS"' EXIT

echo '### Fetching over 100 Mbit/s, 2 files of 50 MiB'
pair_head
files line 2 50M "$PLAIN"
inside() { echo "ip netns exec $space sh -c '$(echo "$1" | sed "s/'/'\\\\''/g")'"; }
pair '2 files of 50 MiB' 'curl -Z' "$(inside "$(ours line)")" "$(inside "$(curls line)")" fresh whole
# shellcheck disable=SC2154 # pair sets it
awk -v s="$wall" 'BEGIN { printf "\nPayload: %.3f of the line\n", 2 * 50 * 1048576 * 8 / s / 100e6 }'
sh "$PARTS/nginx" stop "$WORK"
rm -f "$WORK/nginx.pid"
ip netns del "$space"
trap 'rm -rf -- "$WORK" "$TARGETS"' EXIT
