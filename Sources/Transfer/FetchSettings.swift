package import Curl

/// How `tf-fetch` works: parsed from the options, and valid.
package struct FetchSettings: Sendable {
    /// Transfers at one time.
    package var parallel: Int
    package var transfer: TransferSettings
    package var retry: RetryPolicy
    /// Seconds that a URL must still be good for when it is started.
    package var minValidity: Double
    package var sync: Finisher.Sync
    /// Threads that transfer large files.
    package var loops: Int

    package init(
        parallel: Int, transfer: TransferSettings, retry: RetryPolicy, minValidity: Double, sync: Finisher.Sync,
        loops: Int
    ) {
        self.parallel = parallel
        self.transfer = transfer
        self.retry = retry
        self.minValidity = minValidity
        self.sync = sync
        self.loops = loops
    }
}
