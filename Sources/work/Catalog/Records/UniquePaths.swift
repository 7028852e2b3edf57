internal import Glibc
internal import Records

/// Makes sure that each path is in a catalogue only once.
struct UniquePaths: ~Copyable {
    private let source: any RowSource
    private let rules: RecordRules
    private let selection: Selection
    /// Nil where the source's own ids keep the paths apart.
    private var paths: PathSet?
    /// How many rows have come, the current one included.
    private var rowCount = 0

    init(_ source: any RowSource, _ rules: RecordRules, _ selection: Selection) {
        self.source = source
        self.rules = rules
        self.selection = selection
        paths = source.hasUniqueSegmentIDs && rules.path.tellsSegmentsApart ? nil : PathSet()
    }

    /// To be called for each row of the source.
    mutating func rowBegins() { rowCount += 1 }

    private mutating func admit(_ path: UnsafeRawBufferPointer, isListed: Bool) throws(RecordError) {
        guard paths?.insert(path) == false else { return }
        let text = String(decoding: path, as: UTF8.self)
        guard isListed else { throw RecordError("path '\(text)' is already used; left out") }
        switch firstRow(with: path) {
        case .unknown: throw RecordError("path '\(text)' is already used; left out")
        case .found(let first): throw RecordError("path '\(text)' is already used by \(first); left out")
        // Another path with the same hash.
        case .none: return
        }
    }

    /// Throws where the path was there before.
    ///
    /// - Parameter isListed: whether the message will be read, with the record that had it first.
    mutating func admit(_ path: [UInt8], isListed: Bool) throws(RecordError) {
        guard paths != nil else { return }
        try path.withUnsafeBufferPointer { bytes throws(RecordError) in
            try admit(UnsafeRawBufferPointer(bytes), isListed: isListed)
        }
    }

    private enum First {
        case found(String)
        case none
        /// What was read is gone.
        case unknown
    }

    /// Reads the source once more up to the current row, to find which row had the path first.
    private func firstRow(with path: UnsafeRawBufferPointer) -> First {
        do throws(CatalogError) {
            guard let rows = try source.again() else { return .unknown }
            return try search(rows, for: path)
        } catch {
            return .unknown
        }
    }

    private func search(
        _ rows: any RowSource, for path: UnsafeRawBufferPointer
    ) throws(CatalogError) -> First {
        var maker = RecordMaker(rules)
        var selection = selection
        for _ in 1..<rowCount {
            guard try rows.advance(beforeReading: {}) else { break }
            do throws(RecordError) {
                let row = try maker.look(at: rows)
                let course = selection.isAnyCourse ? nil : try rows.integer(.courseID)
                guard row == .finished || row == .segment, selection.wants(course: course) else { continue }
                if row == .segment { try maker.makeNames(rows) }
                if maker.path.elementsEqual(path) { return .found(rows.rowName) }
                selection.count(course: course)
            } catch {
                // It was complained about when it came by first.
                continue
            }
        }
        return .none
    }
}

/// The paths that were there before, as keyed hashes of 64 bits: about 10 bytes for each.
///
/// The hashes are in order in one table with gaps, each near the place that its value gives. So the table can grow
/// where it is, a little at a time: no second table, no peak of memory.
package struct PathSet: ~Copyable {
    /// How full the table gets, and how much it grows then. Fuller by a tenth, a search is four times as long.
    private static let fullest = 0.85
    private static let growth = 1.12

    private var table: UnsafeMutablePointer<UInt64>
    /// How many places the hashes are spread over; after them are some more for those that are pushed on.
    private var places: Int
    private var slack: Int { Self.slack(places) }
    private(set) var count = 0

    package init() {
        places = 1024
        let size = places + Self.slack(places)
        table = calloc(size, 8)!.bindMemory(to: UInt64.self, capacity: size)
    }

    private static func slack(_ places: Int) -> Int { 256 + places / 64 }

    deinit { free(table) }

    /// False where the path was there before (or, in one of 10 million catalogues of a million paths, another one with
    /// the same hash).
    package mutating func insert(_ path: UnsafeRawBufferPointer) -> Bool {
        var hasher = Hasher()
        hasher.combine(bytes: path)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        return insert(hash: max(hash, 1))
    }

    /// - Parameter hash: not 0, which marks a gap.
    private mutating func insert(hash: UInt64) -> Bool {
        if Double(count) >= Double(places) * Self.fullest { grow() }
        while true {
            var at = place(of: hash)
            while table[at] != 0 && table[at] < hash { at += 1 }
            if table[at] == hash { return false }
            var gap = at
            while table[gap] != 0 { gap += 1 }
            // The last place stays a gap, so that every search ends.
            guard gap < places + slack - 1 else {
                grow()
                continue
            }
            memmove(table + at + 1, table + at, (gap - at) * 8)
            table[at] = hash
            count += 1
            return true
        }
    }

    private func place(of hash: UInt64) -> Int { Int(hash.multipliedFullWidth(by: UInt64(places)).high) }

    private mutating func grow() {
        let old = places + slack
        places = Int(Double(places) * Self.growth) + 64
        let new = places + slack
        table = realloc(table, new * 8)!.bindMemory(to: UInt64.self, capacity: new)
        memset(table + old, 0, (new - old) * 8)
        spread(from: old)
    }

    /// Moves all hashes to the table's end, and from there, in order, each to its new place or the next free one.
    private mutating func spread(from old: Int) {
        let end = places + slack
        var start = end
        for at in stride(from: old - 1, through: 0, by: -1) where table[at] != 0 {
            let hash = table[at]
            table[at] = 0
            start -= 1
            table[start] = hash
        }
        var next = 0
        for at in start..<end {
            let hash = table[at]
            table[at] = 0
            next = max(next, place(of: hash))
            // Hashes are keyed: that so many gather at the end does not happen.
            precondition(next <= at)
            table[next] = hash
            next += 1
        }
    }
}
