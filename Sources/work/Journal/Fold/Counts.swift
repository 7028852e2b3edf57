/// How many files are in which state, and what they weigh.
package struct Counts: Equatable, Sendable {
    package internal(set) var queued = 0
    package internal(set) var delayed = 0
    package internal(set) var failedForGood = 0
    package internal(set) var success = 0
    package internal(set) var skipped = 0
    /// Of those, the ones that were renamed.
    package internal(set) var moved = 0
    package internal(set) var dropped = 0
    /// Of the files that are there.
    package internal(set) var bytes: Int64 = 0
    /// Of those, what was downloaded.
    package internal(set) var downloadedBytes: Int64 = 0

    package init() {}

    /// Of the files that were there already.
    package var skippedBytes: Int64 { bytes - downloadedBytes }

    package subscript(state: FileState) -> Int {
        switch state {
        case .queued: queued
        case .delayed: delayed
        case .failed: failedForGood
        case .success: success
        case .skipped: skipped
        case .dropped: dropped
        }
    }

    package var total: Int { queued + failed + there + dropped }
    /// Those whose last result is a failure, whether or not another try can help.
    package var failed: Int { delayed + failedForGood }
    package var there: Int { success + skipped }
    /// Those that can still be tried.
    package var left: Int { queued + delayed }
    /// Those that are neither there nor dropped.
    package var notThere: Int { left + failedForGood }
    /// Whether nothing is left to be tried.
    package var isDecided: Bool { left == 0 }
    /// Whether all that was not dropped is there.
    package var isComplete: Bool { notThere == 0 }

    mutating func add(_ outcome: Outcome, in state: FileState) {
        switch state {
        case .queued: queued += 1
        case .delayed: delayed += 1
        case .failed: failedForGood += 1
        case .success: success += 1
        case .skipped:
            skipped += 1
            if outcome.isMoved { moved += 1 }
        case .dropped: dropped += 1
        }
        if state.isThere { bytes = bytes.addingWithinBounds(outcome.bytes) }
        if state == .success { downloadedBytes = downloadedBytes.addingWithinBounds(outcome.bytes) }
    }
}
