import Foundation
import TestSupport
import Testing

/// `tf-tally --active`: what runs now, beside what has been done.
@Suite struct TallyActiveTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write((1...100).map { #"{"path":"\#($0)"}"# }.joined(separator: "\n"), to: "catalog")
        try folder.write(#"{"path":"1","status":"success","bytes":1048576}"#, to: "results")
    }

    /// Writes a progress document of so many seconds ago.
    private func write(age: Double) throws {
        let time = Date().timeIntervalSince1970 - age
        try folder.write(
            #"{"process":42,"time":\#(time),"bytes_per_second":1048576,"seconds_left":7,"running":["#
                + #"{"path":"a/evil\u001b[2J.mp4","bytes":1048576,"size":2097152,"seconds":65},"#
                + #"{"path":"b.mp4","bytes":0,"seconds":0}],"#
                + #""waiting":[{"reason":"before the next try","transfers":2}]}"# + "\n",
            to: "active")
    }

    private func tally(_ options: String...) throws -> CommandRun {
        try CommandRun.tool("tf-tally", ["--active", "active", "results"] + options, directory: folder.url)
    }

    @Test("the table shows rate, time left for the whole catalogue, transfers and what waits")
    func table() throws {
        try write(age: 1)
        let run = try tally("--catalog", "catalog")
        let expected = #"""

            now           process 42, 2 transfers, 1.0 MiB/s, 1:39 left
            waiting       before the next try, 2 transfers
              a/evil\x1b[2J.mp4  1.0 MiB  of 2.0 MiB  1:05
              b.mp4                  0 B              0:00

            """#
        #expect(run.output.contains(expected), "\(run.output)")
    }

    @Test("without a catalogue the time left is what the run says")
    func withoutCatalog() throws {
        try write(age: 1)
        #expect(try tally().output.contains("1.0 MiB/s, 0:07 left\n"))
    }

    @Test("JSON: the document as it is, and the time left")
    func json() throws {
        try write(age: 1)
        let run = try tally("--catalog", "catalog", "--format", "json")
        #expect(run.output.contains(#","seconds_left":99.000,"active":{"process":42,"time":"#))
        #expect(run.output.hasSuffix(#""transfers":2}]}}"# + "\n"))
    }

    @Test("a document that is old, from the future, or none, says nothing about now", arguments: [6, -60, nil])
    func stale(age: Double?) throws {
        if let age { try write(age: age) } else { try folder.write("{\"process\":42", to: "active") }
        let run = try tally()
        #expect(run.status == 0)
        #expect(!run.output.contains("now "))
    }

    @Test("no file: nothing runs; one that cannot be read is status 3")
    func missing() throws {
        #expect(try tally().status == 0)
        try folder.write("", to: "active/inside")
        let run = try tally()
        #expect(run.status == 3)
        #expect(run.output.isEmpty)
    }
}
