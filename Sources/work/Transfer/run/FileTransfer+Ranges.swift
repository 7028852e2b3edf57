internal import Curl
internal import Records
internal import Store

/// A large file by several connections. The transfer goes on as it began, from the start of the file, up to the first
/// piece that another connection has begun: `limit`. There it takes over what that one has brought, or waits for it.
extension FileTransfer {
    /// A smaller piece is not worth a connection.
    static let smallestRange: Int64 = 4 << 20
    /// More pieces are not begun: the note on the part says where each of them ends.
    private static let mostRanges = 32

    /// Whether others can bring what is missing: ranges of the one version that the part is from.
    private var canBeSplit: Bool {
        mayBeSplit && isHeadOver && answer.isVideo && answerError == nil && part.canContinue && part.file != nil
            && (answer.acceptsRanges || answer.status == 206) && answer.strongETag == part.validator
    }

    /// Begins pieces, at most so many, for connections of their own.
    ///
    /// - Parameter least: a file of fewer bytes has one connection.
    func split(upTo count: Int, from least: Int64) -> [RangeTransfer] {
        guard count > 0, canBeSplit, let total = promisedSize(answer), total >= least else { return [] }
        let left = gaps(of: total).prefix(count)
        let pieces = left.isEmpty ? shares(of: total, upTo: count) : Array(left)
        return pieces.compactMap { begin($0, of: total) }
    }

    private func begin(_ piece: Range<Int64>, of total: Int64) -> RangeTransfer? {
        guard part.islands.count < Self.mostRanges, part.openIsland(at: piece.lowerBound) else { return nil }
        let range = RangeTransfer(self, piece, of: total)
        ranges.append(range)
        limit = part.islands[0].lowerBound
        return range
    }

    /// What nobody brings, behind what others have brought.
    private func gaps(of total: Int64) -> [Range<Int64>] {
        let ends = part.islands.dropFirst().map(\.lowerBound) + [total]
        return zip(part.islands, ends).compactMap { island, end in
            let isLeft = end - island.upperBound >= Self.smallestRange && !isRunning(island)
            return isLeft ? island.upperBound..<end : nil
        }
    }

    /// Equal parts of the longest piece that one brings, who keeps the first.
    private func shares(of total: Int64, upTo count: Int) -> [Range<Int64>] {
        let own = part.length..<max(part.length, min(limit, total))
        let range = ranges.max { $0.end - $0.position < $1.end - $1.position }
        let longest = range.map { $0.position..<max($0.position, $0.end) } ?? 0..<0
        let whole = isResting || own.count < longest.count ? longest : own
        let pieces = min(count + 1, whole.count / Int(Self.smallestRange))
        guard pieces > 1 else { return [] }
        let step = Int64(whole.count / pieces)
        let starts = (1..<pieces).map { whole.lowerBound + Int64($0) * step }
        if whole != own { range?.end = starts[0] }
        return zip(starts, starts.dropFirst() + [whole.upperBound]).map { $0..<$1 }
    }

    private func isRunning(_ island: Range<Int64>) -> Bool { ranges.contains { $0.start == island.lowerBound } }

    /// Takes the next bytes of a piece.
    func take(_ bytes: UnsafeRawBufferPointer, of range: RangeTransfer) throws(TryError) {
        try part.write(bytes, toIslandAt: range.start)
        count(bytes.count)
    }

    /// A piece has ended, by its end or before it. Where one fails no others are begun: the transfer brings the rest.
    func remove(_ range: RangeTransfer) {
        guard !range.isOver else { return }
        if !range.isComplete { mayBeSplit = false }
        ranges.removeAll { $0 === range }
        drop(range)
    }

    /// Takes no more from the pieces that still come.
    func dropRanges() {
        for range in ranges { drop(range) }
        ranges = []
    }

    private func drop(_ range: RangeTransfer) {
        range.isOver = true
        part.closeIsland(at: range.start)
        limit = part.islands.first?.lowerBound ?? .max
    }

    /// What follows when the bytes up to the limit are here, or a piece has ended that was waited for.
    enum Next {
        case ask(TransferRequest)
        /// The piece that follows still comes.
        case rest
        case whole
    }

    func goOn() throws(TryError) -> Next {
        try part.joinIslands { !isRunning($0) }
        isResting = false
        if part.length == promisedSize(answer) { return .whole }
        if let next = part.islands.first, next.lowerBound == part.length {
            isResting = true
            return .rest
        }
        return .ask(request(fresh: needsOwnConnection))
    }
}
