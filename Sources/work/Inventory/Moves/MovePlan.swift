internal import Glibc
package import Journal
package import NDJSON
package import POSIX
package import Records
internal import Store

/// Which files have to be renamed so that each is at the path that a new catalogue gives its record, found by the
/// record's `segment_id`, or by its `key`. Nothing is changed: the plan is lines, which `Mover` takes.
package struct MovePlan: ~Copyable {
    /// A file, or a part, that is to be renamed.
    private struct Move {
        let from: RelativePath
        let to: RelativePath
        let isPart: Bool
        let status: stat
        /// Its line of the plan.
        let line: Range<Int>
        var isLeft = false
    }

    private let root: MoveFolder
    private var places = OldPlaces()
    private var journal: FoldedJournal
    /// How often the new catalogue has each segment.
    private var segments: [OldPlaces.Name: Int] = [:]
    private var moves: [Move] = []
    /// Lines about records that were left out, and have no file.
    private var marks: [Range<Int>] = []
    private var lines = LineBuffer()
    private let line = LineScanner<Field>()

    /// How many lines of the new catalogue were records.
    package private(set) var records = 0

    /// - Parameters:
    ///   - old: the catalogue by which files were fetched, if there is one beside the results.
    ///   - results: journals.
    package init(
        in root: MoveFolder, old: String?, results: [String], journal: consuming FoldedJournal
    ) throws(SystemError) {
        self.root = root
        self.journal = journal
        if let old {
            var file = try LineFile(old)
            try places.read(catalog: &file)
        }
        for path in results {
            do throws(SystemError) {
                var file = try LineFile(path)
                try places.read(results: &file)
            } catch  where error.code == ENOENT {}
        }
        places.index()
    }

    /// Looks for the file of each record.
    ///
    /// - Parameters:
    ///   - problem: receives what is wrong with a line of the catalogue, and its number.
    ///   - left: receives why a file is left where it is.
    package mutating func read(
        _ catalog: inout LineFile, problem: (CatalogLineError, _ line: Int) -> Void,
        left: (_ path: String, _ reason: String) -> Void
    ) throws(SystemError) {
        while let raw = try catalog.next() {
            guard line.accepts(raw) else { continue }
            segments[places.names(of: line).segment, default: 0] += 1
        }
        try catalog.rewind()
        let scanner = CatalogScanner()
        while let raw = try catalog.next() {
            do throws(CatalogLineError) { _ = try scanner.enter(raw, in: &journal) } catch {
                problem(error, raw.number)
                continue
            }
            records += 1
            guard line.accepts(raw), let text = line.string(ifAny: .path) else { continue }
            do throws(TryError) { try look(for: text, left) } catch { left(text, error.message) }
        }
        try leaveTaken(left)
    }

    /// Shows the plan's lines about records without a file.
    package func visitMarks(_ body: (_ line: UnsafeRawBufferPointer) -> Void) {
        lines.bytes.withUnsafeBytes { bytes in
            for mark in marks { body(UnsafeRawBufferPointer(rebasing: bytes[mark])) }
        }
    }

    /// Shows the plan's lines about files.
    package func visit(_ body: (_ from: String, _ to: String, _ line: UnsafeRawBufferPointer) -> Void) {
        for move in moves where !move.isLeft {
            lines.bytes.withUnsafeBytes {
                body(move.from.text, move.to.text, UnsafeRawBufferPointer(rebasing: $0[move.line]))
            }
        }
    }
}

// MARK: - Where a record's file is

extension MovePlan {
    private mutating func look(for text: String, _ left: (String, String) -> Void) throws(TryError) {
        let names = places.names(of: line)
        // By bytes: a name may change only in how its letters are composed.
        let own = places.place(text)
        let isUntold = outcome(of: text).map { $0.status == .queued && $0.time == 0 } ?? true
        let old = candidates(names).filter { $0 != own }
        guard !old.isEmpty else { return }
        let to: RelativePath
        do throws(PathError) { to = try RelativePath(text) } catch {
            return left(text, "\(error): nothing is moved to it")
        }
        var found: [(place: Int, path: RelativePath, status: stat)] = []
        var parts: [(path: RelativePath, status: stat)] = []
        for place in old {
            guard let path = try? RelativePath(places.path(of: place)) else { continue }
            if mayBeThere(place), let status = try root.plainFile(path.name, in: path) {
                found.append((place, path, status))
            } else if let status = try root.plainFile(path.partName, in: path) {
                parts.append((path, status))
            }
        }
        // Beside a file that is in its place already, only one that a result tells of matters.
        let hasOwn = try hasOwnFile(to, names)
        if hasOwn { found.removeAll { !isTold($0.place) } }
        if found.count > 1 {
            let ofKey = found.filter { places.owner(of: $0.place).key == names.key }
            guard ofKey.count == 1 else {
                let paths = found.map { "'\($0.path)'" }.sorted().joined(separator: " and ")
                return left(text, "it may be \(paths): neither is moved, remove the wrong one")
            }
            found = ofKey
        }
        if let (place, path, status) = found.first {
            addFile(place, from: path, to: to, status)
        } else if parts.count == 1, try isFree(to) {
            addPart(from: parts[0].path, to: to, parts[0].status)
        }
        if found.isEmpty, !hasOwn, isUntold, let place = old.first(where: { outcome(of: $0)?.status == .dropped }) {
            addMark(places.path(of: place), to)
        }
    }

    private func hasOwnFile(
        _ path: RelativePath, _ names: (segment: OldPlaces.Name, key: OldPlaces.Name)
    ) throws(TryError) -> Bool {
        guard let place = places.place(path.text) else { return false }
        let owner = places.owner(of: place)
        guard owner.segment == names.segment, owner.segment != OldPlaces.nameless || owner.key == names.key else {
            return false
        }
        return try root.plainFile(path.name, in: path) != nil
    }

    private func isFree(_ path: RelativePath) throws(TryError) -> Bool {
        for name in [path.name, path.partName] where try root.status(name, in: path) != nil { return false }
        return true
    }

    /// The places that may have the file of a record of the new catalogue: those of its segment, and those of its key of
    /// which no other segment of the catalogue is told.
    private func candidates(_ names: (segment: OldPlaces.Name, key: OldPlaces.Name)) -> [Int] {
        let ofKey = places.places(of: names.key, \.nextOfKey)
        guard names.segment != OldPlaces.nameless else { return ofKey }
        let ofSegment = places.places(of: names.segment, \.nextOfSegment)
        // Of several records of one segment each has its own key.
        if segments[names.segment] ?? 0 > 1 { return ofSegment.filter { places.owner(of: $0).key == names.key } }
        return ofSegment.isEmpty ? ofKey.filter { segments[places.owner(of: $0).segment] == nil } : ofSegment
    }

    /// Whether the file may be at a place: by the results or, where they say nothing of it, by the old catalogue.
    private func mayBeThere(_ place: Int) -> Bool {
        guard let outcome = outcome(of: place) else { return true }
        return outcome.state(tries: 1).isThere || outcome.status == .dropped
    }

    private func isTold(_ place: Int) -> Bool {
        places.owner(of: place).time > 0 || outcome(of: place)?.state(tries: 1).isThere ?? false
    }

    private func outcome(of place: Int) -> Outcome? { outcome(of: places.path(of: place)) }

    private func outcome(of path: String) -> Outcome? { number(of: path).map { journal[$0] } }

    private func knownAt(_ path: RelativePath) -> Double? {
        guard let number = number(of: path.text) else { return nil }
        return journal.knownAt(number)
    }

    private func number(of path: String) -> Int? {
        Array(path.utf8).withUnsafeBytes { journal.paths.number(of: $0) }
    }
}

// MARK: - The plan's lines

extension MovePlan {
    private mutating func addFile(_ place: Int, from: RelativePath, to: RelativePath, _ status: stat) {
        let outcome = outcome(of: place)
        let start = lines.count
        lines.openResult(of: line)
        lines.add(Field.status, (outcome?.status == .dropped ? Status.dropped : .skipped).rawValue)
        // As many bytes as were fetched, if that is known: a file that has become shorter is still found out.
        lines.add(Field.bytes, outcome.flatMap { $0.bytes > 0 ? $0.bytes : nil } ?? Int64(status.st_size))
        lines.add(Field.found, to.text)
        places.addFacts(of: place, beside: line, to: &lines)
        if let time = [knownAt(from), knownAt(to)].compactMap(\.self).max() {
            lines.add(Field.knownAt, milliseconds: time)
        }
        add(from, to, status, isPart: false, from: start)
    }

    private mutating func addPart(from: RelativePath, to: RelativePath, _ status: stat) {
        let start = lines.count
        lines.open()
        lines.add(Field.path, to.text)
        add(from, to, status, isPart: true, from: start)
    }

    /// The record stays left out under its new path.
    private mutating func addMark(_ from: String, _ to: RelativePath) {
        let start = lines.count
        lines.open()
        lines.add(Field.path, to.text)
        lines.add(Field.status, Status.dropped.rawValue)
        lines.add(Field.movedFrom, from)
        if let number = number(of: from), let time = journal.knownAt(number) {
            lines.add(Field.knownAt, milliseconds: time)
        }
        lines.add(MoveField.mark, true)
        lines.close()
        marks.append(start..<lines.count)
    }

    private mutating func add(
        _ from: RelativePath, _ to: RelativePath, _ status: stat, isPart: Bool, from start: Int
    ) {
        lines.add(Field.movedFrom, from.text)
        lines.add(MoveField.inode, UInt64(status.st_ino))
        if isPart { lines.add(MoveField.part, true) }
        lines.close()
        moves.append(Move(from: from, to: to, isPart: isPart, status: status, line: start..<lines.count))
    }

    /// Leaves where they are the files to whose new path something else is that stays there: to a file that is left,
    /// another one may have been meant to come.
    private mutating func leaveTaken(_ left: (String, String) -> Void) throws(SystemError) {
        var sources: [ExactText: Int] = [:]
        let inodes = Set(moves.map { UInt64($0.status.st_ino) })
        var targets: [ExactText: [Int]] = [:]
        for (number, move) in moves.enumerated() where !move.isPart {
            if let other = sources[move.from.exact] {
                leave(number, "is the file of '\(moves[other].to)' as well", left)
            } else {
                sources[move.from.exact] = number
            }
            targets[move.to.exact, default: []].append(number)
        }
        var taken: [Int] = []
        for (number, move) in moves.enumerated() where !move.isPart && !move.isLeft && sources[move.to.exact] == nil {
            var reason: String?
            do throws(TryError) {
                guard let there = try root.status(move.to.name, in: move.to) else { continue }
                // Under another spelling, on a file system that tells no large letters from small ones.
                if inodes.contains(UInt64(there.st_ino)) { continue }
                reason = "'\(move.to)' is there already"
            } catch { reason = error.message }
            leave(number, reason ?? "", left)
            taken.append(number)
        }
        while let number = taken.popLast() {
            for follower in targets[moves[number].from.exact] ?? [] where !moves[follower].isLeft {
                leave(follower, "'\(moves[follower].to)' is there already", left)
                taken.append(follower)
            }
        }
    }

    private mutating func leave(_ number: Int, _ reason: String, _ left: (String, String) -> Void) {
        moves[number].isLeft = true
        left(moves[number].from.text, "\(reason): it is left where it is")
    }
}

extension LineBuffer {
    /// Begins a result with a record's fields, without what opens a file and without what an earlier try says.
    package mutating func openResult(of line: LineScanner<Field>) {
        let isSecret = line.occurrences(of: .url) > 1 || line.text(ifAny: .url).map(Self.mayOpen) ?? false
        let replaced = NameSet<Field>.lastTry.union(.signature).union([.knownAt])
        open(copying: line, without: isSecret ? replaced.union([.url]) : replaced)
    }

    private static func mayOpen(_ url: UnsafeRawBufferPointer) -> Bool {
        SigningParameters.first(in: Array(url)) != nil || url.contains(UInt8(ascii: "@"))
    }
}
