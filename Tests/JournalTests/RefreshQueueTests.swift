import Foundation
import Journal
import NDJSON
import POSIX
import TestSupport
import Testing

/// Which records are printed for a refresh, and with what. The time is 1,000.
@Suite struct RefreshQueueTests {
    private let lines: Lines
    private let catalog = #"""
        {"path":"a","key":"k","etag":"\"later\"","size":5}
        {"path":"b","key":"k","course_id":2}
        {"path":"c","key":"k"}
        {"path":"d","key":"k"}
        """#

    init() throws { lines = try Lines() }

    /// The lines that were printed, and when the next falls due.
    private func refresh(
        _ results: String, age: Double = 0, began: Double? = nil, isDue: Bool = true, courses: Set<Int64> = [],
        limit: Int = .max
    ) throws -> (lines: [String], next: Double?) {
        var filter = QueueFilter()
        filter.courses = courses
        let request = RefreshRequest(
            age: age, began: began, isDue: isDue, filter, tries: 3, limit: limit, now: 1000)
        var versions = FileVersions()
        var file = try LineFile(lines.file(results))
        try versions.read(&file)
        let handle = try FileHandle(forWritingTo: try lines.folder.write("", to: "output"))
        var queue = RefreshQueue(request, try lines.journal(results), versions)
        var source = try LineFile(lines.file(catalog))
        var output = LineOutput(handle.fileDescriptor)
        try queue.print(&source, nil, to: &output) { _, _ in }
        try handle.close()
        let text = String(decoding: try lines.folder.read("output"), as: UTF8.self)
        return (text.split(separator: "\n").map(String.init), queue.nextDue)
    }

    private func paths(_ lines: [String]) -> String {
        lines.compactMap { $0.firstMatch(of: /"path":"(.)"/)?.1 }.joined()
    }

    private static let success = #"{"path":"a","status":"success","etag":"\"v1\"","modified":7,"finished_at":500}"#

    @Test("what is there is printed, with the version that was fetched and not the catalogue's")
    func version() throws {
        let results = Self.success + "\n" + #"{"path":"b","status":"failed","error":"not_found","finished_at":500}"#
        #expect(
            try refresh(results).lines == [
                #"{"path":"a","key":"k","size":5,"etag":"\"v1\"","modified":7,"known_at":500.000}"#
            ])
    }

    @Test("a file that was moved has the version and the hashes of its fetch, and was never confirmed")
    func moved() throws {
        let results = #"""
            {"path":"a","status":"queued","finished_at":998}
            {"path":"a","status":"skipped","etag":"v1","modified":7,"sha256":"12","moved_from":"z","finished_at":999}
            """#
        let printed = try refresh(results, age: 100).lines
        #expect(printed.count == 1 && printed[0].contains(#""etag":"v1","modified":7"#))
        var versions = FileVersions()
        var file = try LineFile(lines.file(results))
        try versions.read(&file)
        #expect(Array("a".utf8).withUnsafeBytes { versions[$0]?.sha256 } == "12")
    }

    @Test("a file that was found on the disk has no version, and was never confirmed")
    func found() throws {
        let results = #"{"path":"a","status":"skipped","etag":"\"later\"","finished_at":999}"#
        #expect(try refresh(results, age: 100).lines == [#"{"path":"a","key":"k","size":5,"known_at":999.000}"#])
    }

    @Test("a file that was confirmed within the age is left alone, whichever line says so last")
    func age() throws {
        let unchanged = #"{"path":"a","status":"skipped","unchanged":true,"etag":"\"v1\"","finished_at":900}"#
        #expect(paths(try refresh(Self.success, age: 400).lines) == "a")
        #expect(paths(try refresh(Self.success, age: 600).lines) == "")
        for results in [Self.success + "\n" + unchanged, unchanged + "\n" + Self.success] {
            #expect(paths(try refresh(results, age: 400).lines) == "")
            #expect(paths(try refresh(results, age: 50).lines) == "a")
        }
        #expect(paths(try refresh(Self.success, began: 400).lines) == "")
        #expect(paths(try refresh(Self.success, began: 600).lines) == "a")
    }

    @Test("a failed refresh leaves the file there; it waits for its time, and is given up within its run only")
    func failed() throws {
        func failure(_ more: String) -> String {
            Self.success + "\n" + #"{"path":"a","status":"failed","finished_at":700,\#(more)}"#
        }
        let later = failure(#""error":"timeout","retryable":true,"retry_at":1100,"attempt":1"#)
        #expect(try lines.fold(later).state(of: "a") == .success)
        #expect(try refresh(later, began: 600).lines == [])
        #expect(try refresh(later, began: 600).next == 1100)
        #expect(paths(try refresh(later, began: 800).lines) == "a")
        let due = failure(#""error":"timeout","retryable":true,"retry_at":900,"attempt":2"#)
        #expect(try refresh(due, began: 600).lines.first?.contains(#""attempt":2"#) == true)
        #expect(try refresh(due, began: 800).lines.first?.contains("attempt") == false)
        for more in [
            #""error":"not_found","retryable":false,"attempt":1"#, #""error":"unsigned","retryable":true"#,
            #""error":"timeout","retryable":true,"retry_at":900,"attempt":3"#,
        ] {
            #expect(try refresh(failure(more), began: 600).lines == [])
            #expect(try refresh(failure(more), began: 600).next == nil)
            #expect(paths(try refresh(failure(more), began: 600, isDue: false).lines) == "a")
            #expect(paths(try refresh(failure(more), began: 800).lines) == "a")
        }
        let interrupted = failure(#""error":"interrupted","retryable":true,"retry_at":1100"#)
        #expect(paths(try refresh(interrupted, began: 600).lines) == "a")
    }

    @Test("what was queued again is not there, and its version is forgotten")
    func queued() throws {
        let marked = Self.success + "\n" + #"{"path":"a","status":"queued","finished_at":600}"#
        #expect(try refresh(marked).lines == [])
        let again = marked + "\n" + #"{"path":"a","status":"skipped","finished_at":700}"#
        #expect(try refresh(again).lines == [#"{"path":"a","key":"k","size":5,"known_at":700.000}"#])
    }

    @Test("courses and a limit narrow the choice")
    func narrowed() throws {
        let results = ["a", "b", "c", "d"].map { #"{"path":"\#($0)","status":"success","finished_at":5}"# }
            .joined(separator: "\n")
        #expect(paths(try refresh(results, courses: [2]).lines) == "b")
        #expect(paths(try refresh(results, limit: 3).lines) == "abc")
    }

    @Test("a hash is that of the last fetched bytes, and holds until the file is queued again")
    func hashes() throws {
        func sha256(_ results: String) throws -> String? {
            var versions = FileVersions()
            var file = try LineFile(lines.file(results))
            try versions.read(&file)
            let version = Array("a".utf8).withUnsafeBytes { versions[$0] }
            return version?.sha256
        }
        let hashed = #"{"path":"a","status":"success","sha256":"0a","finished_at":500}"#
        let unchanged = #"{"path":"a","status":"skipped","unchanged":true,"finished_at":600}"#
        #expect(try sha256(hashed + "\n" + unchanged) == "0a")
        #expect(try sha256(hashed + "\n" + #"{"path":"a","status":"success","finished_at":600}"#) == nil)
        #expect(try sha256(hashed + "\n" + #"{"path":"a","status":"queued","finished_at":600}"#) == nil)
    }
}
