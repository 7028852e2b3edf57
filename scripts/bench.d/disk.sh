# shellcheck shell=sh
# Onto a disk, durably, beside curl, which is not, and beside itself without it.
# shellcheck source=scripts/bench.d/origin.sh
. "$PARTS/origin.sh"
origin_start
targets_in "$WORK"

echo "### Fetching onto $(stat -f -c %T "$WORK"), durably"
pair_head
files big 20 50M "$PLAIN"
pair '20 files of 50 MiB' 'curl -Z, not durable' "$(ours big '--sync full')" "$(curls big)" fresh whole
pair '20 files of 50 MiB' 'itself, --sync none' "$(ours big '--sync full')" "$(ours big '--sync none')" fresh whole
files small 3000 16k "$PLAIN"
pair '3,000 files of 16 KiB' 'curl -Z, not durable' "$(ours small '--sync full')" "$(curls small)" fresh whole
