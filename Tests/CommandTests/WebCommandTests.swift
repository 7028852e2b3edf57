import Foundation
import TestSupport
import Testing

/// `tf-web` as a web server runs it: a request in the environment, the answer on standard output.
@Suite struct WebCommandTests {
    private let folder: TemporaryFolder

    /// A job of three files: one that is there, one that failed for good, one that was never tried.
    init() throws {
        folder = try TemporaryFolder()
        let state = "videos/.tf-bulk"
        try folder.write(
            (1...3).map {
                #"{"course_id":7,"course_title":"Blues </script>","segment_id":\#($0),"path":"c/\#($0).mp4","#
                    + #""url":"https://d.example/\#($0)?Signature=s3cret","note":"t0psecret"}"#
            }.joined(separator: "\n") + "\n", to: "\(state)/catalog.ndjson")
        try folder.write(
            #"{"path":"c/1.mp4","status":"success","bytes":2048,"attempt":1}"# + "\n"
                + #"{"path":"c/2.mp4","status":"failed","error":"not_found","retryable":false,"attempt":1}"# + "\n",
            to: "\(state)/results.ndjson")
        try folder.write("{\"courses\":2,\"courses_without_segments\":1,\"segments\":3}\n", to: "\(state)/plan.json")
        try folder.write("", to: "\(state)/lock")
        try folder.write(folder.file("videos").path, to: "serve/output")
        try folder.write(folder.path, to: "serve/directory")
        try folder.write("t0ken", to: "serve/token")
        for name in ["hosts", "tries"] { try folder.write("", to: "serve/\(name)") }
        try folder.write("PATH=/usr/bin:/bin\0SETTING=a b\0", to: "serve/environment")
    }

    /// What the server starts for a command: a script that says how it was called.
    private func command(_ name: String, _ script: String) throws {
        try folder.write("/bin/sh\0-c\0\(script)\0", to: "serve/\(name)")
    }

    private struct Answer {
        let status: String
        let headers: [String: String]
        let body: String
    }

    private func ask(
        _ path: String, method: String = "GET", query: String = "", with variables: [String: String] = [:]
    ) throws -> Answer {
        let request = [
            "GATEWAY_INTERFACE": "CGI/1.1", "TF_SERVE": folder.file("serve").path, "REQUEST_METHOD": method,
            "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost:8088", "REMOTE_ADDR": "127.0.0.1",
        ]
        let run = try CommandRun.tool("tf-web", environment: request.merging(variables) { $1 })
        #expect(run.status == 0, "\(run.errors)")
        let end = try #require(run.output.range(of: "\r\n\r\n"))
        var headers: [String: String] = [:]
        for line in run.output[..<end.lowerBound].components(separatedBy: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            headers[parts[0]] = parts[1]
        }
        return Answer(status: headers["Status"] ?? "", headers: headers, body: String(run.output[end.upperBound...]))
    }

    private static let token = ["HTTP_AUTHORIZATION": "Bearer t0ken"]

    // MARK: - Reading

    @Test("the old interface's answers, from catalogue and journal where no statistics are kept")
    func documents() throws {
        let stats = try ask("/bulk-download-stats")
        #expect(stats.status == "200 OK")
        #expect(stats.headers["Content-Type"] == "application/json; charset=utf-8")
        let expected = #"""
            {"real_time_aggregated":{"success":1,"failed":1,"skipped":0},"active_courses_count":1,\#
            "total_segments_success":1,"total_segments_failed":1,"total_segments_skipped":0}

            """#
        #expect(stats.body == expected)
        #expect(try ask("/bulk-download-status").body.contains(#""course_title":"Blues </script>""#))
        #expect(try ask("/bulk-queue-status").body.contains(#""message":"No bulk download operation in progress""#))
    }

    @Test("while the lock is held the queue is reported, and the page is told of the process")
    func working() throws {
        try folder.write("4711\n", to: "videos/.tf-bulk/lock")
        let lock = open(folder.file("videos/.tf-bulk/lock").path, O_RDONLY)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        #expect(try ask("/bulk-queue-status").body.contains(#""queued_jobs":1,"failed_jobs":1"#))
        #expect(try ask("/progress").body.hasPrefix(#"{"running":true,"process":4711,"#))
    }

    @Test("a job that never began is shown as an empty one")
    func noJob() throws {
        try FileManager.default.removeItem(at: folder.file("videos/.tf-bulk"))
        #expect(try ask("/bulk-download-stats").body.contains(#""active_courses_count":0"#))
        #expect(try ask("/results", query: "state=failed").body.isEmpty)
    }

    @Test("a tag that the client holds is answered with 304 and no body; another file has another tag")
    func tags() throws {
        let tag = try #require(try ask("/courses").headers["ETag"])
        let again = try ask("/courses", with: ["HTTP_IF_NONE_MATCH": tag])
        #expect(again.status == "304 Not Modified")
        #expect(again.headers["ETag"] == tag)
        #expect(again.body.isEmpty)
        try folder.write(#"{"path":"c/3.mp4","status":"success"}"#, to: "videos/.tf-bulk/results.ndjson")
        #expect(try ask("/courses", with: ["HTTP_IF_NONE_MATCH": tag]).status == "200 OK")
    }

    @Test("HEAD is GET without the body, with its length")
    func head() throws {
        let (whole, head) = (try ask("/courses"), try ask("/courses", method: "HEAD"))
        #expect(head.body.isEmpty)
        #expect(head.headers["Content-Length"] == String(whole.body.utf8.count))
    }

    @Test("records in a state leave with what is known not to be a secret, and with what to do")
    func results() throws {
        let failed = try ask("/results", query: "state=failed")
        #expect(failed.headers["Content-Type"] == "application/x-ndjson; charset=utf-8")
        let expected = #"""
            {"course_id":7,"course_title":"Blues </script>","segment_id":2,"path":"c/2.mp4","status":"failed",\#
            "attempt":1,"bytes":0,"error":"not_found","message":"not at the origin: check the key template, or report it",\#
            "retryable":false}

            """#
        #expect(failed.body == expected)
        #expect(try ask("/results", query: "state=queued&course=7").body.contains(#""segment_id":3"#))
        #expect(try ask("/results", query: "state=queued&course=8").body.isEmpty)
    }

    @Test("of what failed, the status and words of the last try are said")
    func reasons() throws {
        let tries = [(404, "not_found", "first"), (503, "server_error", "last")].map { status, error, words in
            #"{"course_id":7,"path":"c/3.mp4","status":"failed","error":"\#(error)","retryable":true,"attempt":1,"#
                + #""http_status":\#(status),"message":"\#(words)","finished_at":1700000000.5,"retry_at":1800000000}"#
                + "\n"
        }
        try folder.write(tries.joined(), to: "videos/.tf-bulk/results.ndjson")
        let delayed = try ask("/results", query: "state=delayed&error=server_error&limit=5").body
        #expect(delayed.contains(#""http_status":503,"reason":"last","finished_at":1700000000.500"#))
        #expect(try ask("/results", query: "state=delayed&error=not_found").body.isEmpty)
        #expect(try ask("/results", query: "state=delayed&limit=0").body.isEmpty)
    }

    @Test("a plan with the courses brings what the queue says of each")
    func plan() throws {
        try command("plan-courses", #"echo '{"courses":1,"segments":3}'; echo '{"courses":[{"course_id":7}]}'; exit 1"#)
        let expected = #"{"courses":1,"segments":3,"queue":{"courses":[{"course_id":7}]}}"# + "\n"
        #expect(try ask("/plan", query: "courses=true").body == expected)
        try command("plan", #"echo '{"courses":1,"segments":3}'"#)
        #expect(try ask("/plan").body == #"{"courses":1,"segments":3}"# + "\n")
    }

    // MARK: - Changing

    @Test("a start runs the command in the environment of 'tf-bulk serve', with nothing of the request in it")
    func start() throws {
        try command("test-run", "{ env; pwd; echo \"$#\"; } > called")
        let answer = try ask(
            "/download-all-courses", method: "POST", query: "test=true",
            with: Self.token.merging(["HTTP_PROXY": "http://evil.example", "HTTP_X": "$(reboot)"]) { $1 })
        #expect(answer.status == "200 OK")
        let expected = #"""
            {"success":true,"message":"Bulk download jobs queued: 1 of 3 segments",\#
            "stats":{"total_courses":2,"total_segments":3,"courses_queued":1,"courses_with_no_segments":1},\#
            "background_processing":true,"cache_keys":{"bulk_stats":"stats.json",\#
            "processing_courses":"active.json","queued_courses":"results.ndjson"}}

            """#
        #expect(answer.body == expected)
        let called = try String(contentsOf: folder.file("called"), encoding: .utf8).split(separator: "\n")
        #expect(called.contains("SETTING=a b"))
        #expect(called.contains { $0 == folder.path || $0.hasSuffix(folder.path) })
        #expect(!called.contains { $0.hasPrefix("HTTP_") || $0.hasPrefix("TF_SERVE") || $0.hasPrefix("QUERY") })
    }

    @Test("a second start is refused with the run's status")
    func conflict() throws {
        try command("run", "touch called")
        let lock = open(folder.file("videos/.tf-bulk/lock").path, O_RDONLY)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        let answer = try ask("/download-all-courses", method: "POST", with: Self.token)
        #expect(answer.status == "409 Conflict")
        #expect(answer.body.hasPrefix(#"{"success":false,"message":"a run is in progress: "#))
        #expect(answer.body.contains(#""run":{"bulk_stats":{"courses_processed":0,"#))
        #expect(!FileManager.default.fileExists(atPath: folder.file("called").path))
    }

    @Test("a run that refuses to begin is answered with its reason", arguments: [(2, "500"), (3, "503")])
    func refused(status: Int, answered: String) throws {
        try command("run", "echo first >&2; printf 'tf-sign: no key\\033[2J\\n' >&2; exit \(status)")
        let answer = try ask("/download-all-courses", method: "POST", with: Self.token)
        #expect(answer.status.hasPrefix(answered))
        #expect(answer.body == #"{"success":false,"message":"tf-sign: no key\\x1b[2J"}"# + "\n")
    }

    @Test("a catalogue of no course is answered with 404")
    func empty() throws {
        try command("run", ": > videos/.tf-bulk/catalog.ndjson; : > videos/.tf-bulk/results.ndjson")
        #expect(try ask("/download-all-courses", method: "POST", with: Self.token).status == "404 Not Found")
    }

    @Test("stop says that nothing runs, and else runs the command")
    func stop() throws {
        try command("stop", "touch called")
        #expect(try ask("/stop", method: "POST", with: Self.token).status == "409 Conflict")
        let lock = open(folder.file("videos/.tf-bulk/lock").path, O_RDONLY)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        #expect(try ask("/stop", method: "POST", with: Self.token).status == "200 OK")
        try command("stop-now", "touch called-now")
        #expect(try ask("/stop", method: "POST", query: "now=true", with: Self.token).status == "200 OK")
        #expect(FileManager.default.fileExists(atPath: folder.file("called-now").path))
        #expect(FileManager.default.fileExists(atPath: folder.file("called").path))
    }

    @Test("retry-failed queues again what failed, and starts a run if none is in progress")
    func retry() throws {
        try command("retry", #"echo '{"path":"c/2.mp4","status":"queued"}' >> videos/.tf-bulk/results.ndjson"#)
        try command("run", "touch called")
        #expect(try ask("/retry-failed", method: "POST", with: Self.token).body.contains("queued: 2 of 3 segments"))
        #expect(FileManager.default.fileExists(atPath: folder.file("called").path))
    }

    @Test("what failed of one course alone is queued again")
    func retryOfCourse() throws {
        try command("retry", #"echo "$0 $*" > called"#)
        #expect(
            try ask("/retry-failed", method: "POST", query: "course=7;ls", with: Self.token).status.hasPrefix("400"))
        try command("run", "true")
        #expect(try ask("/retry-failed", method: "POST", query: "course=7", with: Self.token).status == "200 OK")
        #expect(try String(contentsOf: folder.file("called"), encoding: .utf8) == "--course 7\n")
    }

    @Test("every error is JSON that says what is wrong, and repeats nothing of the request")
    func errors() throws {
        for (method, path, query) in [
            ("GET", "/<script>", ""), ("BREW", "/stop", ""), ("GET", "/results", "state=<script>"),
            ("POST", "/stop", ""),
        ] {
            let answer = try ask(path, method: method, query: query)
            #expect(answer.status.hasPrefix("4"))
            #expect(answer.headers["Content-Type"] == "application/json; charset=utf-8")
            #expect(answer.body.hasPrefix(#"{"success":false,"message":""#))
            #expect(!answer.body.contains("script"))
        }
    }

    @Test("without a web server it says who starts it")
    func byHand() throws {
        let run = try CommandRun.tool("tf-web")
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-web: this is a CGI program: "))
    }
}
