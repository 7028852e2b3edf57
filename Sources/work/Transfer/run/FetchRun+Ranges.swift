internal import Records

/// Places that no record wants, for the large files that run: more connections than one bring each of them.
extension FetchRun {
    /// Seconds after which no further line is expected soon.
    private static let longestGap = 1.0

    /// Splits the large files of the loop that decides.
    func splitLarge() {
        guard settings.connections > 1, stop == nil, isInputEnded || isInputDry, waiting.isEmpty else { return }
        let now = now
        // The next line may be about to come.
        for transfer in current.running where isInputEnded || now - transfer.triedAt >= Self.longestGap {
            let origin = transfer.record.url.origin
            let more = settings.connections - 1 - transfer.ranges.count
            guard more > 0, !unsplit.contains(origin) else { continue }
            let places = min(more, admission.places(for: origin, running: connections, at: now))
            for range in transfer.split(upTo: places, from: settings.splitFrom) {
                admission.began(origin, at: now)
                current.start(range)
                debug?("'\(transfer.record.path)': bytes \(range.start) to \(range.end - 1) by another connection")
            }
        }
    }

    /// A connection of a large file has ended. What it did not bring is its transfer's to ask for.
    func conclude(_ range: RangeTransfer) {
        current.removeRange()
        let origin = range.transfer.record.url.origin
        admission.gates[origin].ended()
        // A URL that has expired says nothing of the next one.
        guard !range.isComplete, range.isRefused, ![401, 403].contains(range.answer.status) else { return }
        debug?("'\(range.transfer.record.path)': a range was answered with \(range.answer.status): no more of them")
        // Who refuses one refuses the next.
        unsplit.insert(origin)
    }
}
