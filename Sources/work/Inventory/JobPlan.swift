internal import Glibc
package import Journal
package import NDJSON
package import POSIX
internal import Records
package import Store

/// What a run would do: how many files of a catalogue are there, how many are left, and what they weigh. A size is known
/// from the record, from the journal or from the disk; the others count as large as the known ones are on average.
package struct JobPlan: Equatable, Sendable {
    /// Files, and the bytes of those whose size is known.
    package struct Part: Equatable, Sendable {
        package fileprivate(set) var files = 0
        package fileprivate(set) var bytesKnown: Int64 = 0
        package fileprivate(set) var filesOfUnknownSize = 0

        fileprivate mutating func add(_ size: Int64?) {
            files += 1
            if let size { bytesKnown = bytesKnown.addingWithinBounds(size) } else { filesOfUnknownSize += 1 }
        }
    }

    /// By the journal, or found by a look at the disk.
    package private(set) var there = Part()
    package private(set) var failedForGood = 0
    package private(set) var dropped = 0
    /// To be tried, now or later, and not on the disk.
    package private(set) var toFetch = Part()
    /// To be tried, and on the disk already: a run checks them, and fetches nothing.
    package private(set) var onDisk = Part()
    private var all = Part()

    /// Lines of the catalogue that are records.
    package var records: Int { all.files }
    package var left: Int { toFetch.files + onDisk.files }
    package var bytesKnown: Int64 { all.bytesKnown }
    package var recordsWithSize: Int { all.files - all.filesOfUnknownSize }
    /// What those of unknown size come to.
    package var bytesEstimated: Int64 { estimate(all) }
    package var bytesToFetch: Int64 { toFetch.bytesKnown.addingWithinBounds(estimate(toFetch)) }

    /// A file of which nothing is known is taken for this where no size is known at all: the old library's average.
    private static let usualSize: Int64 = 50 << 20

    /// The mean of the known sizes.
    package var meanSize: Int64 { recordsWithSize > 0 ? bytesKnown / Int64(recordsWithSize) : Self.usualSize }

    private func estimate(_ part: Part) -> Int64 {
        let (product, overflows) = meanSize.multipliedReportingOverflow(by: Int64(part.filesOfUnknownSize))
        return overflows ? .max : product
    }

    /// - Parameters:
    ///   - folder: of the files; nil where it is still to be made.
    ///   - tries: after how many a file has failed for good.
    ///   - found: looks closely at the files of what is left, and writes down those that are there; nil: a plain file is
    ///     still to be checked, whatever is in it.
    ///   - problem: receives what is wrong with a line of the catalogue, and its number.
    package init(
        _ catalog: inout LineFile, _ journal: consuming FoldedJournal, folder: OutputFolder?, tries: Int,
        found: FoundFiles? = nil, problem: (CatalogLineError, _ line: Int) -> Void
    ) throws(SystemError) {
        let scanner = CatalogScanner()
        let line = LineScanner<Field>()
        while let raw = try catalog.next() {
            let number: Int
            do throws(CatalogLineError) { number = try scanner.enter(raw, in: &journal) } catch {
                problem(error, raw.number)
                continue
            }
            let outcome = journal[number]
            guard line.accepts(raw) else { continue }
            let state = outcome.state(tries: tries)
            let size =
                state.isLeft ? try found?.find(line, attempt: outcome.attempt, knownAt: journal.knownAt(number)) : nil
            guard let size else {
                add(outcome, in: state, line, folder)
                continue
            }
            there.add(size)
            all.add(size)
        }
    }

    private mutating func add(
        _ outcome: Outcome, in state: FileState, _ line: LineScanner<Field>, _ folder: OutputFolder?
    ) {
        var size = line.integer(ifAny: .size).flatMap { $0 >= 0 ? $0 : nil }
        if state.isThere {
            if outcome.bytes > 0 { size = outcome.bytes }
            there.add(size ?? folder?.size(of: line))
        } else if state.isLeft {
            let found = folder?.size(of: line)
            if let found { onDisk.add(found) } else { toFetch.add(size) }
            size = size ?? found
        } else if state == .failed {
            failedForGood += 1
        } else {
            dropped += 1
        }
        all.add(size)
    }
}

extension OutputFolder {
    /// The size of a record's file, under its path or one of its aliases; nil where none is there.
    fileprivate func size(of line: LineScanner<Field>) -> Int64? {
        let paths = [line.string(ifAny: .path) ?? ""] + (line.strings(ifAny: .aliases) ?? [])
        for path in paths {
            guard let path = try? RelativePath(path), let folder = try? folder(of: path, making: false),
                let status = try? folder.status(path.name), status.st_mode & S_IFMT == S_IFREG
            else { continue }
            return Int64(status.st_size)
        }
        return nil
    }
}

// MARK: - For scripts and the page

/// What `tf-catalog --plan` has found in the source.
package struct SourcePlan {
    package private(set) var courses: Int64 = 0
    package private(set) var coursesWithoutSegments: Int64 = 0
    package private(set) var segmentsWithoutVideo: Int64 = 0

    /// Throws where the text is not such a plan.
    package init(_ text: [UInt8]) throws(LineError) {
        let line = LineScanner<JobPlan.Name>()
        try line.scan(Array(text.prefix { $0 != 0x0A }))
        guard let courses = try line.integer(.courses) else { throw .missing(name: "courses") }
        self.courses = courses
        coursesWithoutSegments = try line.integer(.coursesWithoutSegments) ?? 0
        segmentsWithoutVideo = try line.integer(.segmentsWithoutVideo) ?? 0
    }
}

extension JobPlan {
    enum Name: UInt8, FieldName {
        case courses, coursesWithoutSegments, segments, segmentsWithoutVideo, segmentsWithSize, bytesKnown
        case bytesEstimated, meanSize, there, bytesThere, failedForGood, dropped, left, leftOnDisk, bytesLeft
        case bytesLeftEstimated, bytesFree, seconds

        static let names = snakeCaseNames
    }

    /// One JSON object on a line.
    ///
    /// - Parameters:
    ///   - free: how many bytes can be written where the files go.
    ///   - rate: how many bytes come in a second.
    package func write(_ source: SourcePlan, free: Int64?, rate: Int64?, to output: inout LineBuffer) {
        output.open()
        output.add(Name.courses, source.courses)
        output.add(Name.coursesWithoutSegments, source.coursesWithoutSegments)
        output.add(Name.segments, records)
        output.add(Name.segmentsWithoutVideo, source.segmentsWithoutVideo)
        output.add(Name.segmentsWithSize, recordsWithSize)
        output.add(Name.bytesKnown, bytesKnown)
        output.add(Name.bytesEstimated, bytesEstimated)
        output.add(Name.meanSize, meanSize)
        output.add(Name.there, there.files)
        output.add(Name.bytesThere, there.bytesKnown)
        output.add(Name.failedForGood, failedForGood)
        output.add(Name.dropped, dropped)
        output.add(Name.left, left)
        output.add(Name.leftOnDisk, onDisk.files)
        output.add(Name.bytesLeft, bytesToFetch)
        output.add(Name.bytesLeftEstimated, estimate(toFetch))
        if let free {
            output.add(Name.bytesFree, free)
        } else {
            "null".utf8.withContiguousStorageIfAvailable { output.add(Name.bytesFree, raw: UnsafeRawBufferPointer($0)) }
        }
        if let rate, rate > 0 { output.add(Name.seconds, bytesToFetch / rate) }
        output.close()
    }
}
