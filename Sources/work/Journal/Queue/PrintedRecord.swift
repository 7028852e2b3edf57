internal import NDJSON
internal import Records

/// What the journal adds to a record that is handed out.
struct Known {
    /// Tries so far.
    let attempt: UInt16
    /// The time of the latest line about it, in Unix seconds; nil where none has one.
    let at: Double?

    init(_ attempt: UInt16, at time: Double?) { (self.attempt, at) = (attempt, time) }

    var isAny: Bool { attempt > 0 || at != nil }

    /// The fields that it replaces.
    var names: NameSet<CatalogField> { isAny ? [.attempt, .knownAt] : [] }
}

extension QueueRequest.Stamp {
    var names: NameSet<CatalogField> {
        (host == nil ? [] : [.host] as NameSet).union(run == nil ? [] : [.run])
    }
}

extension LineBuffer {
    /// Adds a record, or a mark in its place, as it was asked for.
    ///
    /// - Parameters:
    ///   - record: the line, scanned.
    ///   - raw: the same line; it stays as it is where there is nothing to add.
    mutating func add(
        _ record: LineScanner<CatalogField>, _ raw: UnsafeRawBufferPointer, _ known: Known, _ request: QueueRequest
    ) {
        if let mark = request.mark {
            guard let path = record.text(ifAny: .path) else { return }
            // Where no results were named, the record may know of some.
            add(mark, path: path, now: request.now, knownAt: known.at ?? record.time(.knownAt))
        } else if known.isAny || request.stamp != nil {
            open(copying: record, without: known.names.union(request.stamp?.names ?? []))
            add(known)
            if let host = request.stamp?.host { add(CatalogField.host, host) }
            if let run = request.stamp?.run { add(CatalogField.run, run) }
            close()
        } else {
            add(line: raw)
        }
    }

    /// Adds what is known to an open record.
    mutating func add(_ known: Known) {
        if known.attempt > 0 { add(CatalogField.attempt, known.attempt) }
        if let time = known.at { add(CatalogField.knownAt, milliseconds: time) }
    }

    /// A line for the journal about one record. It is later than what is known, whatever the clocks say.
    mutating func add(_ mark: QueueRequest.Mark, path: UnsafeRawBufferPointer, now: Double, knownAt: Double?) {
        open()
        add(CatalogField.path, text: path)
        add(Field.status, mark.rawValue)
        add(Field.finishedAt, milliseconds: now)
        if let knownAt { add(CatalogField.knownAt, milliseconds: knownAt) }
        close()
    }
}
