internal import Records

/// Where the run stands: what a progress display needs.
package struct FetchProgress: Sendable {
    package var success = 0
    package var skipped = 0
    package var failed = 0
    /// Bytes received, those of unfinished transfers included.
    package var bytes: Int64 = 0
    /// Quick retries so far.
    package var retries = 0
    /// Transfers that wait for their next quick try.
    package var waiting = 0
    /// Seconds since the start.
    package var elapsed = 0.0
    package var running: [Running] = []

    /// One transfer.
    package struct Running: Sendable {
        package var path: String
        package var bytes: Int64
        /// Nil where the origin did not say.
        package var size: Int64?
    }

    package var finished: Int { success + skipped + failed }

    package init() {}

    mutating func count(_ status: Status) {
        switch status {
        case .success: success += 1
        case .skipped: skipped += 1
        default: failed += 1
        }
    }
}

/// Somebody who watches the run.
package protocol FetchObserver: AnyObject {
    /// Seconds between two updates.
    var interval: Double { get }

    func update(_ progress: FetchProgress)
}
