import Foundation
import TestSupport
import Testing

@Suite struct QueueCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(["a", "b", "c", "d"].map { "{\"path\":\"\($0)\"}\n" }.joined(), to: "catalog")
        try folder.write(
            """
            {"path":"c","status":"failed","error":"connect","retryable":true,"attempt":1,"retry_at":1000}
            {"path":"a","status":"success"}
            {"path":"b","status":"failed","error":"not_found","retryable":false,"attempt":1}

            """, to: "results")
    }

    private func queue(_ arguments: String...) throws -> CommandRun {
        try CommandRun.tool("tf-queue", arguments, directory: folder.url)
    }

    @Test("with no option it prints what is left and can be helped")
    func defaults() throws {
        let run = try queue("catalog", "results")
        #expect(run.status == 0)
        #expect(run.output == "{\"path\":\"c\",\"attempt\":1}\n{\"path\":\"d\"}\n")
    }

    @Test("--failed prints delayed and failed ones, the recipe for a rerun")
    func failed() throws {
        #expect(try queue("--failed", "catalog", "results").lines.count == 2)
        #expect(try queue("--state", "failed", "catalog", "results").output == "{\"path\":\"b\",\"attempt\":1}\n")
    }

    @Test("a journal that is missing is an empty one")
    func missingJournal() throws {
        let run = try queue("--due", "--limit", "3", "catalog", "missing")
        #expect(run.status == 0)
        #expect(run.lines.count == 3)
        #expect(run.errors.isEmpty)
    }

    @Test("the catalogue through a pipe gives what the file gives")
    func pipe() throws {
        let file = try queue("--due", "catalog", "results")
        let pipe = try CommandRun.shell("cat catalog | tf-queue --due - results", directory: folder.url)
        #expect(file.output == "{\"path\":\"c\",\"attempt\":1}\n{\"path\":\"d\"}\n")
        #expect(pipe.output == file.output)
    }

    @Test("results in many files count the same in any order of the files")
    func manyFiles() throws {
        try folder.write(
            """
            {"path":"a","status":"failed","error":"not_found","finished_at":2000}
            {"path":"b","status":"success","finished_at":2000}

            """, to: "ahead")
        try folder.write(
            """
            {"path":"a","status":"success","finished_at":1000}
            {"path":"b","status":"queued","finished_at":1500,"known_at":2000}

            """, to: "here")
        for files in [["here", "ahead"], ["ahead", "here"], ["here", "ahead", "here"]] {
            let run = try CommandRun.tool("tf-queue", ["catalog"] + files, directory: folder.url)
            #expect(run.output == "{\"path\":\"b\",\"known_at\":2000.001}\n{\"path\":\"c\"}\n{\"path\":\"d\"}\n")
        }
    }

    @Test("a mark without a time that is appended gets one, later than what the journal knows")
    func appendedMark() throws {
        try folder.write("{\"path\":\"a\",\"status\":\"success\",\"finished_at\":4000000000}\n", to: "ahead")
        try folder.write("{\"path\":\"a\",\"status\":\"queued\"}\n", to: "marks")
        #expect(try queue("--append-to", "ahead", "marks").status == 0)
        #expect(try queue("catalog", "ahead").lines.count == 4)
        let mark = String(decoding: try folder.read("ahead"), as: UTF8.self).split(separator: "\n")[1]
        #expect(mark.contains(/"status":"queued","finished_at":[0-9.]+,"known_at":4000000000.000}/))
    }

    @Test("--host and --run are in the records, and so in their results")
    func stamped() throws {
        let run = try queue("--due", "--host", "web 1", "--run", "r7", "catalog", "results")
        #expect(
            run.lines == [
                #"{"path":"c","attempt":1,"host":"web 1","run":"r7"}"#, #"{"path":"d","host":"web 1","run":"r7"}"#,
            ])
        #expect(try queue("--summary", "--host", "a", "catalog").status == 2)
    }

    @Test("--next: the present while something is due, nothing when nothing is left")
    func next() throws {
        let before = Int(Date().timeIntervalSince1970)
        let next = try #require(Int(try queue("--next", "catalog", "results").lines[0]))
        #expect(next >= before)
        #expect(next <= Int(Date().timeIntervalSince1970))
        try folder.write("{\"path\":\"a\"}\n", to: "done")
        #expect(try queue("--next", "done", "results").output.isEmpty)
        try folder.write(
            #"{"path":"a","status":"failed","retryable":true,"retry_at":3999999999.5}"#, to: "later")
        #expect(try queue("--next", "done", "later").output == "4000000000\n")
    }

    @Test("--summary as aligned lines, and as JSON")
    func summary() throws {
        let run = try queue("--summary", "catalog", "results")
        #expect(
            run.output.hasPrefix(
                """
                queued   1
                delayed  1
                failed   1
                success  1
                skipped  0
                dropped  0
                total    4
                due      2

                oldest due  1970-01-01 00:16:40 UTC,
                """))
        #expect(
            run.output.hasSuffix(
                """
                 ago, after connect: c

                error      delayed  failed
                connect          1       0
                not_found        0       1

                course  title        queued  delayed  failed
                        (no course)       1        1       1

                """))
        let json = try queue("--summary", "--json", "catalog", "results")
        #expect(
            json.output.hasPrefix(
                #"{"queued":1,"delayed":1,"failed":1,"success":1,"skipped":0,"dropped":0,"total":4,"due":2,"next_due_at":"#
            ))
        #expect(
            json.output.hasSuffix(
                #","passed_over":0,"oldest_due":{"path":"c","retry_at":1000.000,"error":"connect","attempt":1},"#
                    + #""errors":[{"error":"connect","delayed":1,"failed":0},{"error":"not_found","delayed":0,"failed":1}],"#
                    + #""courses":[{"queued":1,"delayed":1,"failed":1,"success":1,"skipped":0,"dropped":0}]}"# + "\n"))
    }

    @Test("--reasons tells why, as text for people and as the results themselves, whichever line was the last")
    func reasons() throws {
        try folder.write(
            """
            {"path":"a","status":"failed","error":"connect","retryable":true,"attempt":1,"n":1}
            {"path":"b","status":"failed","error":"timeout","retryable":true,"attempt":1}
            {"path":"a","status":"failed","error":"not_found","message":"gone","http_status":404,"attempt":2,"finished_at":0,"n":1.0}
            {"path":"b","status":"success"}

            """, to: "tries")
        let text = try queue("--reasons", "catalog", "tries")
        #expect(
            text.output
                == "a\n    not_found (HTTP 404), failed for good at try 2, 1970-01-01 00:00:00 UTC\n    gone\n")
        let json = try queue("--reasons", "--json", "catalog", "tries")
        #expect(json.output.hasSuffix(",\"finished_at\":0,\"n\":1.0}\n"))
        #expect(json.lines.count == 1)
        #expect(try queue("--reasons", "catalog", "none").output.isEmpty)
    }

    @Test("--compact writes the journal without what no longer counts, and says how much that is")
    func compact() throws {
        try folder.write(
            """
            {"path":"a","status":"failed","attempt":1,"finished_at":1}
            {"path":"a","status":"success","attempt":2,"finished_at":2}

            """, to: "tries")
        let run = try queue("--compact", "--older-than", "30d", "tries")
        #expect(run.output == "{\"path\":\"a\",\"status\":\"success\",\"attempt\":2,\"finished_at\":2}\n")
        #expect(run.errors == "tf-queue: 'tries': 1 of 2 lines still count\n")
    }

    @Test("a device that has no end is refused", arguments: ["/dev/full", "/dev/zero"])
    func endless(device: String) throws {
        #expect(try queue(device).status == 3)
        #expect(try queue("catalog", device).status == 3)
    }

    @Test("--check ends with 1 if a record was printed, or if the summary has something that is not there")
    func check() throws {
        #expect(try queue("--check", "--failed", "catalog", "results").status == 1)
        #expect(try queue("--check", "--state", "skipped", "catalog", "results").status == 0)
        #expect(try queue("--check", "--summary", "catalog", "results").status == 1)
        try folder.write("{\"path\":\"a\"}\n", to: "done")
        #expect(try queue("--check", "--summary", "done", "results").status == 0)
        #expect(try queue("--check", "--next", "done", "results").status == 0)
    }

    @Test("bad lines of the catalogue are reported by number, and the rest is printed")
    func badLines() throws {
        try folder.write("{\"path\":\"d\"}\nbad\n", to: "catalog")
        let run = try queue("catalog", "results")
        #expect(run.status == 0)
        #expect(run.output == "{\"path\":\"d\"}\n")
        #expect(run.errors == "tf-queue: 'catalog': line 2: the line is not JSON; it was passed over\n")
    }

    @Test("a catalogue without a single record is refused in one line, an empty one is not")
    func wrongFile() throws {
        try folder.write(String(repeating: "SQLite format 3\n", count: 100), to: "catalog")
        let run = try queue("catalog", "results")
        #expect(run.status == 3)
        #expect(
            run.errors == "tf-queue: 'catalog': no line of it is a record (line 1: the line is not JSON): "
                + "give it the output of tf-catalog\n")
        try folder.write("", to: "catalog")
        #expect(try queue("catalog", "results").status == 0)
    }

    @Test("a catalogue that is not there is status 3, and so is a journal that cannot be read")
    func unreadable() throws {
        let run = try queue("missing", "results")
        #expect(run.status == 3)
        #expect(run.errors == "tf-queue: cannot open 'missing': No such file or directory\n")
        #expect(try queue("catalog", ".").status == 3)
    }

    @Test(
        "wrong use is status 2, and the message says where help is",
        arguments: [
            [], ["--state", "odd", "c"], ["--reasons", "c", "-"], ["--compact", "c"],
            ["--compact", "--older-than", "1d", "--sums", "c"],
            ["--mark", "failed", "c"], ["--mark", "queued", "--summary", "c"], ["--attempts-under", "0", "c"],
            ["--due", "--failed", "c"], ["--next", "--summary", "c"], ["--json", "c"],
            ["--limit", "-1", "c"], ["--tries", "0", "c"], ["-", "-"], ["--limit", "1", "--summary", "c"],
        ])
    func usage(arguments: [String]) throws {
        let run = try CommandRun.tool("tf-queue", arguments)
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-queue: ") && run.errors.hasSuffix("see 'tf-queue --help'\n"))
        #expect(run.output.isEmpty)
    }

    @Test("a reader that leaves ends it as it ends any Unix tool")
    func readerLeaves() throws {
        let many = (0..<200_000).map { "{\"path\":\"\($0)\"}\n" }.joined()
        try folder.write(many, to: "catalog")
        let run = try CommandRun.shell(
            "{ tf-queue catalog results; echo $? >status; } | head -n 1; cat status", directory: folder.url)
        #expect(run.output == "{\"path\":\"0\"}\n141\n")
        #expect(run.errors.isEmpty)
    }
}
