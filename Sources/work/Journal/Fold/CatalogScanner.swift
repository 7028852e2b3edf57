package import NDJSON
package import POSIX
import Records

/// The fields of a catalogue's line that matter to what is left of it.
package enum CatalogField: UInt8, FieldName {
    case path, attempt, courseID, courseTitle

    package static let names: [String] = allCases.map { field in
        let known: Field =
            switch field {
            case .path: .path
            case .attempt: .attempt
            case .courseID: .courseID
            case .courseTitle: .courseTitle
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
        case .duplicate(let path): "the path '\(path)' stood in an earlier line, which counts"
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
            course = (try? self.line.integer(.courseID)) ?? nil
        } catch {
            throw .line(error)
        }
        let number =
            if let course {
                journal.list(path, course: course, title: (try? self.line.string(.courseTitle)) ?? nil)
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
    /// Enters the files of a whole catalogue, and returns how many there are. What is wrong with a line is told together
    /// with the line's number.
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
