package import NDJSON
package import POSIX
internal import Records

/// The fields of a catalogue's line that matter to what is left of it.
package enum CatalogField: UInt8, FieldName {
    case path, attempt, courseID, courseTitle, knownAt, host, run

    package static let names: [String] = allCases.map { field in
        let known: Field =
            switch field {
            case .path: .path
            case .attempt: .attempt
            case .courseID: .courseID
            case .courseTitle: .courseTitle
            case .knownAt: .knownAt
            case .host: .host
            case .run: .run
            }
        return known.name
    }
}

/// Why a catalogue's line does not count.
package enum CatalogLineError: Error, Equatable, CustomStringConvertible {
    case line(LineError)
    case duplicate(path: String)

    package var description: String {
        switch self {
        case .line(let error): error.description
        case .duplicate(let path): "the path '\(path)' was in an earlier line, which counts"
        }
    }
}

/// Reads lines of a catalogue, and enters each in a journal as a file that has to be there.
package final class CatalogScanner {
    /// The line that was scanned last, for those who pass it on.
    package let line = LineScanner<CatalogField>()

    package init() {}

    /// Returns the number of the line's path in the journal.
    package func enter(_ line: RawLine, in journal: inout FoldedJournal) throws(CatalogLineError) -> Int {
        let path: UnsafeRawBufferPointer
        let course: Int64?
        do throws(LineError) {
            path = try scanPath(line)
            course = self.line.integer(ifAny: .courseID)
        } catch {
            throw .line(error)
        }
        let number =
            if let course {
                journal.list(path, course: course, title: self.line.string(ifAny: .courseTitle))
            } else {
                journal.list(path)
            }
        guard let number else { throw .duplicate(path: String(decoding: path, as: UTF8.self)) }
        return number
    }

    private func scanPath(_ raw: RawLine) throws(LineError) -> UnsafeRawBufferPointer {
        try line.scan(raw)
        guard let path = try line.text(.path) else { throw .missing(name: CatalogField.path.name) }
        return path
    }
}

extension FoldedJournal {
    /// Enters the files of a whole catalogue, and returns how many there are. What is wrong with a line is reported
    /// together with the line's number.
    @discardableResult
    package mutating func list(
        _ catalog: inout LineFile, problem: (CatalogLineError, _ line: Int) -> Void
    ) throws(SystemError) -> Int {
        let scanner = CatalogScanner()
        var records = 0
        while let line = try catalog.next() {
            do throws(CatalogLineError) {
                _ = try scanner.enter(line, in: &self)
                records += 1
            } catch {
                problem(error, line.number)
            }
        }
        return records
    }
}

/// Whether a file is a catalogue, looked at before it takes an older one's place: how many of its lines are records,
/// and what the first other one looks like.
package struct CatalogCheck {
    package private(set) var records = 0
    /// Lines that are not blank, and no records.
    package private(set) var others = 0
    /// The first of these.
    package private(set) var firstOther: (line: Int, problem: String)?
    private var shape: Shape?
    private let scanner = LineScanner<Field>()

    package init() {}

    package mutating func read(_ catalog: inout LineFile) throws(SystemError) {
        while let line = try catalog.next() { accept(line) }
    }

    /// Whether it may take the place of a catalogue. One without any line may: nothing was selected.
    package var isCatalog: Bool { others == 0 || records > others }

    /// What the file is, and what to do; nil where it is a catalogue.
    package var advice: String? {
        guard !isCatalog else { return nil }
        let count = records == 0 ? "no line is a record" : "\(others) of \(records + others) lines are not records"
        return "\(count): \((shape ?? .other).advice)"
    }

    private mutating func accept(_ line: RawLine) {
        guard let problem = problem(of: line) else {
            records += 1
            return
        }
        others += 1
        guard firstOther == nil else { return }
        firstOther = (line.number, problem)
        shape = Shape(line.bytes)
    }

    /// What is wrong with a record, as it ends a sentence; nil where it is good.
    private func problem(of line: RawLine) -> String? {
        do throws(LineError) {
            try scanner.scan(line)
            guard let path = try scanner.text(.path) else { throw .missing(name: Field.path.name) }
            if let problem = RecordPath.problem(of: path) { return "'path' \(problem)" }
            let hasPlace = scanner.has(.key) || scanner.has(.url) || scanner.has(.signedURL)
            return hasPlace ? nil : "neither 'key' nor 'url' is there"
        } catch { return error.description }
    }
}

extension CatalogCheck {
    /// What files that are not catalogues begin with.
    enum Shape: CaseIterable {
        case severalLines, array, object, text, truth, number, markup, table, binary, other

        init(_ line: UnsafeRawBufferPointer) {
            let line = line.drop { $0 == 0x20 || $0 == 0x09 }
            let isWhole = line.last == UInt8(ascii: "}") || line.last == UInt8(ascii: "]")
            self =
                switch line.first {
                case nil: .other
                case UInt8(ascii: "{"): isWhole && line.count > 2 ? .object : .severalLines
                case UInt8(ascii: "["): isWhole && line.count > 2 ? .array : .severalLines
                case UInt8(ascii: "\""): Self.quoted(line)
                case UInt8(ascii: "<"): .markup
                case let byte? where byte < 0x20 || byte >= 0xF8 || byte == 0x7F: .binary
                default: Self.word(line)
                }
        }

        private static func quoted(_ line: Slice<UnsafeRawBufferPointer>) -> Shape {
            let behind = line.dropFirst().drop { $0 != UInt8(ascii: "\"") }.dropFirst()
            if behind.isEmpty { return .text }
            // A member of an object that began on an earlier line.
            return behind.first == UInt8(ascii: ":") ? .severalLines : .table
        }

        private static func word(_ line: Slice<UnsafeRawBufferPointer>) -> Shape {
            if ["true", "false", "null"].contains(where: { line.elementsEqual($0.utf8) }) { return .truth }
            if line.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) { return .number }
            let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
            return line.contains(where: separators.contains) ? .table : .other
        }

        /// What it is, and what to do.
        var advice: String {
            switch self {
            case .severalLines: "this is JSON with a record on several lines: use 'jq -c', which prints one on each"
            case .array: "this is a JSON array: print its elements, one on each line, as 'jq -c .[]' does"
            case .object: "these are other objects: each record has to keep 'path', and 'key' or 'url'"
            case .text: "these are texts: print whole records, not one field of them"
            case .truth:
                "this says true or false of each record: print those that are wanted, as 'select(...)' does in jq"
            case .number: "these are numbers: print whole records, not one field of them"
            case .markup: "this is HTML or XML: give records as JSON, one on each line"
            case .table: "this looks like CSV: give records as JSON, one on each line, or let tf-catalog read it"
            case .binary: "this is not text; it may be compressed: give records as JSON, one on each line"
            case .other: "give records as JSON, one on each line, as tf-catalog prints them"
            }
        }
    }
}
