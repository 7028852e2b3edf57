package import Curl
package import Store

/// How `tf-fetch` works: parsed from the options, and valid.
package struct FetchSettings: Sendable {
    /// Whether finished files are written to the disk before their results are.
    package enum Sync: String, CaseIterable, Sendable {
        case full, none
    }

    /// Transfers at one time, at most where `isAuto`.
    package var parallel: Int
    /// Whether the run finds out itself how many transfers bring most.
    package var isAuto = false
    /// How many there may be where somebody tells a run to find it out.
    package var mostJobs = Self.usualJobs
    package var transfer: TransferSettings
    package var retry: RetryPolicy
    package var verification: Verification
    /// What the bytes of each file are hashed with, for its result; nil: with nothing.
    package var recordedHash: Checksum.Algorithm?
    /// Seconds that a URL must still be good for when it is started.
    package var minValidity: Double
    package var sync: Sync
    /// Seconds without any contact until the run gives up.
    package var patience: Double
    /// When the job began that this run belongs to, in Unix seconds: patience is counted from then.
    package var began: Double?
    /// Bytes that stay free on the disk; 0 to fill it.
    package var minFree: Int64
    /// Threads that transfer; no more than `parallel` do.
    package var loops: Int
    package var hosts = HostPolicy()
    package var extras = RequestExtras()
    /// Transfers at one time for one origin; nil: as many as at all.
    package var perHost: Int?
    /// Connections for one file of at least `splitFrom` bytes, where no other file wants them.
    package var connections = 1
    package var splitFrom: Int64 = 256 << 20
    /// Bytes a second over all transfers, by the hour; nil: no limit.
    package var rateLimit: RateTimetable?
    /// Transfers that begin in a second; nil: no limit.
    package var startsPerSecond: Double?
    /// Whether other limits may be told while the run goes on.
    package var followsLimits = false
    /// Seconds of which a random part is waited before each first start.
    package var jitter = 0.0
    package var quota = Quota()
    /// Whether another run follows, which begins with the evidence of this one.
    package var hasNextRun = false
    /// Whether files that are there are asked for again, if their objects have changed.
    package var refreshes = false
    /// How many descriptors this process may have open.
    package var descriptors = 1024

    /// Where nobody says more.
    package static let usualJobs = 10

    package init(
        parallel: Int, transfer: TransferSettings, retry: RetryPolicy, verification: Verification, minValidity: Double,
        sync: Sync, patience: Double, minFree: Int64, loops: Int
    ) {
        self.parallel = parallel
        self.transfer = transfer
        self.retry = retry
        self.verification = verification
        self.minValidity = minValidity
        self.sync = sync
        self.patience = patience
        self.minFree = minFree
        self.loops = loops
    }

    /// Loops that have a transfer to run.
    var usefulLoops: Int { max(1, min(loops, parallel)) }

    /// How many connections each loop keeps: two for each of its transfers, as there are other hosts.
    var connectionsOfLoop: Int { max((2 * parallel + usefulLoops - 1) / usefulLoops, connections) }

    /// How many transfers at one time the limit of descriptors allows, at most as many as asked for; 0 where it allows
    /// none.
    package var parallelAllowed: Int { min(parallel, max(0, (descriptors - otherDescriptors) / 4)) }

    /// The settings of transfers under a rate limit over all of them.
    func transfer(limitedBy rateLimit: RateLimit?) -> TransferSettings {
        guard let rateLimit, let rate = rateLimit.bytesPerSecond else { return transfer }
        let parallel = rateLimit.sharers
        var limited = transfer
        limited.bufferSize = Self.bufferSize(rate, parallel: parallel)
        // Who gets half of its share is slow by the limit, not by the network.
        limited.stallSpeed = min(transfer.stallSpeed, rate / Int64(2 * parallel))
        return limited
    }

    /// libcurl reads so often from one socket in one go, as long as there is something to read.
    private static let mostReads = 100

    /// All transfers together take no more in one go than a tenth of a second's worth, as far as libcurl's smallest
    /// buffer allows: the limit is kept second by second.
    private static func bufferSize(_ limit: Int64, parallel: Int) -> Int {
        min(max(Int(clamping: limit / 10) / parallel / mostReads, 1024), 512 * 1024)
    }

    /// As many transfers of those asked for as this process has descriptors for; one at least.
    func affordable(_ jobs: Int) -> Int { max(1, min(jobs, (descriptors - otherDescriptors) / 4)) }

    /// When this many results wait to be written, nothing new is started: a full standard output, or a slow disk. Each
    /// may hold a finished file open, and transfers need descriptors too: a socket and a part, for those that wait as
    /// well.
    var mostUnwritten: Int { max(1, min(1024, descriptors - 4 * parallel - otherDescriptors)) }

    /// Folders that are held open, what a process has anyway, and what each further loop wakes itself by.
    private var otherDescriptors: Int { 128 + 4 * (usefulLoops - 1) }
}
