internal import NDJSON
internal import Records

/// A snapshot in a form that is read ten times as fast, for programs that read the same one again and again: first a line
/// of JSON, which is the document without its courses, then the courses as plain numbers. It is this machine's own, and
/// is not kept from one version to another.
package struct QuickSnapshot {
    /// Which form it is: what another version has kept is of no use.
    package static let form = 1

    private let snapshot = Snapshot()

    /// Before each title: its numbers, which tell whether there is an id and a title, how long this is, and the rest.
    private static let numbers = 11

    package init() {}

    /// The document's summary, and the document in this form; nil where the text is not a summary.
    ///
    /// - Parameter now: Unix seconds.
    package func make(of document: [UInt8], now: Double) -> (Summary, quick: [UInt8])? {
        guard let summary = snapshot.read(document, now: now) else { return nil }
        var line = LineBuffer()
        line.open(copying: snapshot.document, without: [.courses])
        line.close()
        var quick = line.bytes
        quick.reserveCapacity(quick.count + summary.courses.count * (Self.numbers * 8 + 40))
        for course in summary.courses { Self.add(course, to: &quick) }
        return (summary, quick)
    }

    /// Nil where these are not bytes that `make` has made.
    package func read(_ quick: ArraySlice<UInt8>, now: Double) -> Summary? {
        guard let end = quick.firstIndex(of: UInt8(ascii: "\n")),
            var summary = snapshot.read(Array(quick[..<end]), now: now)
        else { return nil }
        let courses = quick[(end + 1)...].withUnsafeBytes { Self.courses($0) }
        guard let courses else { return nil }
        summary.courses = courses
        return summary
    }

    private static func add(_ course: Summary.Course, to quick: inout [UInt8]) {
        let counts = course.counts
        let kinds: Int64 = (course.id == nil ? 0 : 1) + (course.title == nil ? 0 : 2)
        let title = course.title ?? ""
        let numbers: [Int64] = [
            kinds, course.id ?? 0, Int64(title.utf8.count), Int64(counts.queued), Int64(counts.delayed),
            Int64(counts.failedForGood), Int64(counts.success), Int64(counts.skipped), Int64(counts.dropped),
            counts.bytes, counts.downloadedBytes,
        ]
        for number in numbers { withUnsafeBytes(of: number) { quick.append(contentsOf: $0) } }
        quick.append(contentsOf: title.utf8)
    }

    private static func courses(_ bytes: UnsafeRawBufferPointer) -> [Summary.Course]? {
        var courses: [Summary.Course] = []
        courses.reserveCapacity(bytes.count / (numbers * 8))
        var offset = 0
        while offset < bytes.count {
            guard offset + numbers * 8 <= bytes.count else { return nil }
            let start = offset + numbers * 8
            func number(_ index: Int) -> Int64 {
                bytes.loadUnaligned(fromByteOffset: offset + index * 8, as: Int64.self)
            }
            guard (0...Int64(bytes.count - start)).contains(number(2)) else { return nil }
            let end = start + Int(number(2))
            var counts = Counts()
            (counts.queued, counts.delayed, counts.failedForGood) = (Int(number(3)), Int(number(4)), Int(number(5)))
            (counts.success, counts.skipped, counts.dropped) = (Int(number(6)), Int(number(7)), Int(number(8)))
            (counts.bytes, counts.downloadedBytes) = (number(9), number(10))
            courses.append(
                Summary.Course(
                    id: number(0) & 1 == 0 ? nil : number(1),
                    title: number(0) & 2 == 0
                        ? nil : String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self),
                    counts: counts))
            offset = end
        }
        return courses
    }
}
