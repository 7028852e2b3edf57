internal import NDJSON
internal import Records

/// Results of some lines, scanned and on their way to a journal. It is filled by one thread, and then read by another.
final class ResultBatch: @unchecked Sendable {
    struct Entry {
        let result: ResultLine
        let hash: PathTable.Hash
        let course: Int64?
        /// Path, title and error stand one behind the other.
        fileprivate let start: Int
        fileprivate let pathLength, titleLength, errorLength: Int32

        func path(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer { part(of: text, 0, pathLength)! }

        /// The title of the course; nil where none was told.
        func title(in text: UnsafeRawBufferPointer) -> String? {
            part(of: text, pathLength, titleLength).map { String(decoding: $0, as: UTF8.self) }
        }

        func error(in text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
            part(of: text, pathLength + max(0, titleLength), errorLength)
        }

        private func part(of text: UnsafeRawBufferPointer, _ offset: Int32, _ length: Int32) -> UnsafeRawBufferPointer?
        {
            guard length >= 0 else { return nil }
            let from = start + Int(offset)
            return UnsafeRawBufferPointer(rebasing: text[from..<from + Int(length)])
        }
    }

    // Filled by one thread, then read by one: what the checks for overlapping accesses would find cannot happen.
    @exclusivity(unchecked) fileprivate(set) var lines = FoldedJournal.LineCounts()
    @exclusivity(unchecked) private(set) var entries: [Entry] = []
    @exclusivity(unchecked) private(set) var text: [UInt8] = []

    /// Empties it, and keeps its memory: arrays of a megabyte would else come from the system page by page each time.
    func removeAll() {
        lines = FoldedJournal.LineCounts()
        entries.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
    }

    fileprivate func add(
        _ result: ResultLine, path: UnsafeRawBufferPointer, course: Int64?, title: UnsafeRawBufferPointer?,
        error: UnsafeRawBufferPointer?
    ) {
        let start = text.count
        text.append(contentsOf: path)
        if let title { text.append(contentsOf: title) }
        if let error { text.append(contentsOf: error) }
        entries.append(
            Entry(
                result: result, hash: PathTable.hash(of: path), course: course, start: start,
                pathLength: Int32(path.count), titleLength: title.map { Int32($0.count) } ?? -1,
                errorLength: error.map { Int32($0.count) } ?? -1))
    }
}

/// Turns lines into results. One belongs to one thread.
final class ResultScanner {
    private let line = FieldScanner(names: ResultField.names)

    /// Adds the line's result, or counts that it is none.
    func scan(_ raw: RawLine, into batch: ResultBatch) {
        batch.lines.read += 1
        guard (try? line.scan(raw)) != nil, let result = ResultLine(line) else {
            batch.lines.passedOver += 1
            return
        }
        guard let path = line.text(.path) else {
            batch.lines.passedOver += 1
            if result.status == .failed { batch.lines.withoutPath += 1 }
            return
        }
        let course = line.integerIfAny(.courseID)
        batch.add(
            result, path: path, course: course, title: course == nil ? nil : line.text(.courseTitle),
            error: result.status == .failed ? line.text(.error) : nil)
    }
}
