package import Records

/// Pieces of an object that lie in the part beyond its first hole. The size of such a file says nothing of what is in it:
/// the part's note does. It is written before the first byte of a piece, and never says more than what was written.
extension PartFile {
    /// So many bytes of pieces at most are lost by `kill -9`.
    private static let mostUnnoted: Int64 = 4 << 20

    /// Begins a piece. False where the part cannot tell of it.
    package func openIsland(at start: Int64) -> Bool {
        let place = islands.firstIndex { $0.lowerBound > start } ?? islands.endIndex
        islands.insert(start..<start, at: place)
        if writeNote() { return true }
        islands.remove(at: place)
        return false
    }

    /// Takes the next bytes of the piece that begins there.
    package func write(_ bytes: UnsafeRawBufferPointer, toIslandAt start: Int64) throws(TryError) {
        guard let place = islands.firstIndex(where: { $0.lowerBound == start }) else { throw .interrupted }
        let end = islands[place].upperBound
        try write(bytes, at: end)
        islands[place] = start..<end + Int64(bytes.count)
        unnoted += Int64(bytes.count)
        if unnoted >= Self.mostUnnoted { _ = writeNote() }
    }

    /// No more of a piece comes for now.
    package func closeIsland(at start: Int64) { islands.removeAll { $0.lowerBound == start && $0.isEmpty } }

    /// Counts the pieces that follow without a hole as read from the start, as long as they may be.
    package func joinIslands(_ mayJoin: (Range<Int64>) -> Bool) throws(TryError) {
        guard let first = islands.first, first.lowerBound == length, mayJoin(first) else { return }
        try save()
        while let next = islands.first, next.lowerBound == length, mayJoin(next) {
            advance(to: next.upperBound)
            islands.removeFirst()
        }
        _ = writeNote()
    }
}

/// What the note of a part says: `BOOT ETAG`, and where pieces lie beyond a hole `ranges:0-900,2000-3000 BOOT ETAG`. An
/// older version takes no such note for its own, and starts over.
struct PartNote: Equatable {
    let validator: String
    /// Bytes before the first hole; nil: all that the file has.
    let length: Int64?
    let islands: [Range<Int64>]

    private static let mark = "ranges:"

    init(validator: String, length: Int64?, islands: [Range<Int64>]) {
        (self.validator, self.length, self.islands) = (validator, length, islands)
    }

    /// Nil for the note of another boot, and for one that the file cannot have.
    init?(_ text: String, _ bootID: String, size: Int64) {
        var rest = text[...]
        var ranges: [Range<Int64>] = []
        if text.hasPrefix(Self.mark) {
            guard let blank = text.firstIndex(of: " ") else { return nil }
            let list = text[..<blank].dropFirst(Self.mark.count)
            for word in list.split(separator: ",", omittingEmptySubsequences: false) {
                let ends = word.split(separator: "-").compactMap { Int64($0) }
                guard ends.count == 2, ends[0] <= ends[1], ends[0] >= ranges.last?.upperBound ?? 0, ends[1] <= size
                else { return nil }
                ranges.append(ends[0]..<ends[1])
            }
            guard ranges.first?.lowerBound == 0 else { return nil }
            rest = text[text.index(after: blank)...]
        }
        guard rest.hasPrefix(bootID + " ") else { return nil }
        self.init(
            validator: String(rest.dropFirst(bootID.count + 1)), length: ranges.first?.upperBound,
            islands: ranges.dropFirst().filter { !$0.isEmpty })
    }

    func text(_ bootID: String) -> String {
        guard let length else { return "\(bootID) \(validator)" }
        let list = ([0..<length] + islands).map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
        return "\(Self.mark)\(list) \(bootID) \(validator)"
    }
}
