internal import Records

/// Sees to it that each path stands once in a catalogue.
struct PathGuard: ~Copyable {
    private let source: any RowSource
    private let rules: RecordRules
    private let selection: Selection
    /// Nil where the source's own ids keep the paths apart.
    private var paths: PathSet?
    /// How many rows have come by, the one at hand included.
    private var rowCount = 0

    init(_ source: any RowSource, _ rules: RecordRules, _ selection: Selection) {
        self.source = source
        self.rules = rules
        self.selection = selection
        paths = source.hasUniqueSegmentIDs && rules.path.tellsSegmentsApart ? nil : PathSet()
    }

    /// To be called for each row of the source.
    mutating func rowBegins() { rowCount += 1 }

    private mutating func admit(_ path: UnsafeRawBufferPointer, isListed: Bool) throws(RowProblem) {
        guard paths?.insert(path) == false else { return }
        let text = String(decoding: path, as: UTF8.self)
        guard isListed else { throw RowProblem("path '\(text)' was there before, left out") }
        switch firstRow(with: path) {
        case .unknown: throw RowProblem("path '\(text)' was there before, left out")
        case .found(let first): throw RowProblem("path '\(text)' is that of \(first) too, left out")
        // Another path with the same hash.
        case .none: return
        }
    }

    /// Throws where the path was there before.
    ///
    /// - Parameter isListed: whether somebody will read which record had it first.
    mutating func admit(_ path: [UInt8], isListed: Bool) throws(RowProblem) {
        guard paths != nil else { return }
        try path.withUnsafeBufferPointer { bytes throws(RowProblem) in
            try admit(UnsafeRawBufferPointer(bytes), isListed: isListed)
        }
    }

    private enum First {
        case found(String)
        case none
        /// What was read is gone.
        case unknown
    }

    /// Reads the source once more up to the row at hand, to tell which row had the path first.
    private func firstRow(with path: UnsafeRawBufferPointer) -> First {
        do throws(CatalogFailure) {
            guard let rows = try source.again() else { return .unknown }
            return try search(rows, for: path)
        } catch {
            return .unknown
        }
    }

    private func search(
        _ rows: any RowSource, for path: UnsafeRawBufferPointer
    ) throws(CatalogFailure) -> First {
        var maker = RecordMaker(rules)
        var selection = selection
        for _ in 1..<rowCount {
            guard try rows.advance(beforeReading: {}) else { break }
            do throws(RowProblem) {
                let row = try maker.look(at: rows)
                let course = selection.isAnyCourse ? nil : try rows.integer(.courseID)
                guard row == .finished || row == .segment, selection.wants(course: course) else { continue }
                if row == .segment { try maker.makeNames(rows) }
                if maker.path.elementsEqual(path) { return .found(rows.rowName) }
                selection.take(course: course)
            } catch {
                // It was complained about when it came by first.
                continue
            }
        }
        return .none
    }
}
