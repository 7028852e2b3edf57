import Foundation
import Signing
import TestSupport
import Testing

@testable import Origin

@Suite("A fault")
struct FaultTests {
    private let video = SyntheticVideo(path: "/a.mp4", size: 100_000)

    private func origin(_ rules: String...) throws -> OriginServer {
        var settings = OriginServer.Settings(videosOf: 100_000)
        settings.faults = try rules.map { try FaultRule(parsing: $0) }
        return try OriginServer.start(settings)
    }

    @Test(
        "of a status gives the error in S3's words",
        arguments: [
            (400, "BadRequest"), (401, "Unauthorized"), (404, "NoSuchKey"), (403, "AccessDenied"),
            (408, "RequestTimeout"), (500, "InternalError"), (503, "ServiceUnavailable"), (429, "TooManyRequests"),
        ])
    func status(status: Int, code: String) throws {
        let reply = try origin("/a.mp4:\(status)").ask("/a.mp4")
        #expect(reply.status == status)
        #expect(reply.text.contains("<Code>\(code)</Code>"))
        #expect(reply.text.contains("<RequestId>"))
        #expect(reply.header("Retry-After") == nil)
        #expect(reply.header("X-Cache") == "Error from cloudfront")
    }

    @Test("of a status tells when to come again", arguments: ["7", "Wed, 21 Oct 2026 07:28:00 GMT"])
    func retryAfter(when: String) throws {
        #expect(try origin("*:503;retry-after=\(when)").ask("/a.mp4").header("Retry-After") == when)
    }

    @Test("error-page gives more than 11 KiB of HTML with status 200")
    func errorPage() throws {
        let reply = try origin("*:error-page").ask("/a.mp4")
        #expect(reply.status == 200)
        #expect(reply.body.count > 11 * 1024)
        #expect(reply.text.hasPrefix("<!DOCTYPE html>"))
        #expect(reply.header("Content-Type") == "text/html; charset=utf-8")
    }

    @Test(
        "of a code gives that error in the words of who says it",
        arguments: [
            ("InvalidKey", 403, "Unknown Key", "CloudFront"), ("MissingKey", 403, "Missing Key-Pair-Id", "CloudFront"),
            ("MalformedSignature", 403, "Could not unencode", "CloudFront"),
            ("AccessDenied", 403, "Access denied", "CloudFront"),
            ("ExpiredToken", 400, "<Code>ExpiredToken</Code>", "AmazonS3"),
            ("RequestExpired", 403, "Request has expired", "AmazonS3"),
            ("SlowDown", 503, "<Code>SlowDown</Code>", "AmazonS3"),
        ])
    func namedError(code: String, status: Int, words: String, speaker: String) throws {
        let reply = try origin("*:error=\(code)").ask("/a.mp4")
        #expect(reply.status == status)
        #expect(reply.text.contains(words))
        #expect(reply.header("Server") == speaker)
        #expect(reply.text.contains("<RequestId>") == (speaker == "AmazonS3"))
    }

    @Test("204 has neither a body nor a length")
    func noContent() throws {
        let reply = try origin("*:204").ask("/a.mp4")
        #expect(reply.status == 204)
        #expect(reply.header("Content-Length") == nil)
        #expect(reply.body.isEmpty)
    }

    @Test("expired-image gives a picture with status 200")
    func expiredImage() throws {
        let reply = try origin("*:expired-image").ask("/a.mp4")
        #expect(reply.status == 200)
        #expect(reply.header("Content-Type") == "image/png")
        #expect(reply.body.count == 4096 && reply.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    @Test("gzip gives an envelope that holds the object")
    func gzip() throws {
        let reply = try origin("*:gzip").ask("/a.mp4")
        #expect(reply.header("Content-Encoding") == "gzip")
        let folder = try TemporaryFolder()
        try folder.write(Data(reply.body), to: "packed")
        _ = try CommandRun.shell("gzip -dc packed >unpacked", directory: folder.url)
        #expect(try Array(folder.read("unpacked")) == video.bytes())
    }

    @Test("header takes the place of the own one, or stands beside them")
    func header() throws {
        #expect(try origin("*:header=ETag:\"x\"").ask("/a.mp4").header("ETag") == "\"x\"")
        #expect(try origin("*:header=x-amz-checksum-sha1:a:b=").ask("/b").header("x-amz-checksum-sha1") == "a:b=")
    }

    @Test("redirect sends the client elsewhere")
    func redirect() throws {
        let reply = try origin("/a.mp4:redirect=http://127.0.0.1:1/b.mp4").ask("/a.mp4")
        #expect(reply.status == 302)
        #expect(reply.header("Location") == "http://127.0.0.1:1/b.mp4")
    }

    @Test("cut promises all and closes early", arguments: [("cut", 50_000), ("cut=10", 10), ("cut=0", 0)])
    func cut(fault: String, count: Int) throws {
        let reply = try origin("*:\(fault)").ask("/a.mp4")
        #expect(reply.header("Content-Length") == "100000")
        #expect(try reply.body == Array(video.bytes().prefix(count)))
        #expect(!reply.wasReset)
    }

    @Test("cut counts from the start of a range")
    func cutRange() throws {
        let reply = try origin("*:cut=10").ask("/a.mp4", ["Range": "bytes=1000-"])
        #expect(reply.status == 206)
        #expect(try reply.body == video.bytes(1000..<1010))
    }

    @Test("chunked-cut tells no length and closes before the last chunk")
    func chunkedCut() throws {
        let reply = try origin("*:chunked-cut=10").ask("/a.mp4")
        #expect(reply.header("Content-Length") == nil)
        #expect(reply.header("Transfer-Encoding") == "chunked")
        #expect(try reply.body == Array("a\r\n".utf8) + video.bytes(0..<10) + Array("\r\n".utf8))
    }

    @Test("stall goes silent within the last hundredth")
    func stallAtTheEnd() throws {
        let origin = try origin("*:stall=99%")
        let run = try CommandRun.shell("curl -s -m 0.3 -o /dev/null -w '%{size_download}' \(origin.baseURL)/a.mp4")
        #expect(run.output == "99000")
    }

    @Test("no-length closes early, and nothing tells that it was not the end")
    func noLength() throws {
        let reply = try origin("*:no-length=10").ask("/a.mp4")
        #expect(reply.head.hasPrefix("HTTP/1.0 200"))
        #expect(reply.header("Content-Length") == nil && reply.header("Transfer-Encoding") == nil)
        #expect(try reply.body == video.bytes(0..<10))
    }

    @Test("slow sends no more than so many bytes a second")
    func slow() throws {
        let origin = try origin("*:slow=200k")
        let run = try CommandRun.shell("curl -s -o /dev/null -w '%{time_total}' \(origin.baseURL)/a.mp4")
        // What a tenth of a second takes flows at once, and nothing is waited for behind the last piece.
        #expect(try #require(Double(run.output)) > 100_000 / 204_800 - 0.2)
    }

    @Test("stall goes silent until the client leaves")
    func stall() throws {
        let origin = try origin("*:stall=1k")
        let run = try CommandRun.shell("curl -s -m 0.3 -o /dev/null -w '%{size_download}' \(origin.baseURL)/a.mp4")
        #expect(run.status == 28)
        #expect(run.output == "1024")
        // The origin hears of it when it can, and no more request is running then.
        while origin.log.counters.running > 0 { usleep(1000) }
    }

    @Test("in the body leaves HEAD alone", arguments: ["cut=10", "stall=10", "reset=10"])
    func head(fault: String) throws {
        let reply = try origin("*:\(fault)").ask("/a.mp4", method: "HEAD")
        #expect(reply.header("Content-Length") == "100000")
        #expect(!reply.wasReset)
    }

    @Test("reset resets the connection in place of an answer")
    func reset() throws {
        let reply = try origin("*:reset").ask("/a.mp4")
        #expect(reply.wasReset)
        #expect(reply.status == 0)
    }

    @Test("reset resets the connection within the body")
    func resetWithin() throws {
        let origin = try origin("*:reset=10")
        let run = try CommandRun.shell("curl -s -o /dev/null \(origin.baseURL)/a.mp4")
        #expect(run.status == 56)
    }

    @Test("ignore-range gives all of it")
    func ignoreRange() throws {
        let reply = try origin("*:ignore-range").ask("/a.mp4", ["Range": "bytes=1000-"])
        #expect(reply.status == 200)
        #expect(try reply.body == video.bytes())
    }

    @Test("wrong-range starts elsewhere than asked, and says so")
    func wrongRange() throws {
        let origin = try origin("*:wrong-range")
        let part = try origin.ask("/a.mp4", ["Range": "bytes=1000-"])
        #expect(part.status == 206)
        #expect(part.header("Content-Range") == "bytes 500-99999/100000")
        #expect(try part.body == video.bytes(500..<100_000))
        #expect(try origin.ask("/a.mp4").status == 206)
    }

    @Test("unasked-range gives all of it as a range, and any range that is asked for")
    func unaskedRange() throws {
        let origin = try origin("*:unasked-range")
        let whole = try origin.ask("/a.mp4")
        #expect(whole.status == 206)
        #expect(whole.header("Content-Range") == "bytes 0-99999/100000")
        #expect(try origin.ask("/a.mp4", ["Range": "bytes=5-9"]).header("Content-Range") == "bytes 5-9/100000")
    }

    @Test("wrong-total gives the range with a size that is not the object's")
    func wrongTotal() throws {
        let reply = try origin("*:wrong-total").ask("/a.mp4", ["Range": "bytes=1000-"])
        #expect(reply.header("Content-Range") == "bytes 1000-99999/100001")
        #expect(try reply.body == video.bytes(1000..<100_000))
    }

    @Test("416 tells the object's size")
    func invalidRange() throws {
        let reply = try origin("*:416").ask("/a.mp4", ["Range": "bytes=1000-"])
        #expect(reply.status == 416)
        #expect(reply.header("Content-Range") == "bytes */100000")
    }

    @Test("changed gives another version that is as long")
    func changed() throws {
        let origin = try origin("*:changed*1")
        let (first, second) = (try origin.ask("/a.mp4"), try origin.ask("/a.mp4"))
        #expect(try first.body == ChangedObject(video).bytes())
        #expect(first.body != second.body)
        #expect(first.body.prefix(1024) == second.body.prefix(1024))
        #expect(first.header("ETag") != second.header("ETag"))
        #expect(first.header("Last-Modified") != second.header("Last-Modified"))
        #expect(try second.body == video.bytes())
    }

    @Test("changed gives a range of the other version from any place", arguments: [1, 1023, 1024, 2000])
    func changedRange(start: Int64) throws {
        let other = ChangedObject(video)
        #expect(try other.bytes(start..<5000) == Array(other.bytes()[Int(start)..<5000]))
    }

    @Test("strikes so often for each path, and those of one path one after the other")
    func counts() throws {
        let origin = try origin("/a*:503*2", "/a*:404*1", "/b:500")
        func statuses(_ path: String) throws -> [Int] { try (0..<4).map { _ in try origin.ask(path).status } }
        #expect(try statuses("/a1") == [503, 503, 404, 200])
        #expect(try statuses("/a2") == [503, 503, 404, 200])
        #expect(try statuses("/b") == [500, 500, 500, 500])
        #expect(try statuses("/c") == [200, 200, 200, 200])
    }

    @Test("has its place in the help, as it is written")
    func help() {
        #expect(Faults.all.count == Set(Faults.all.map { $0.help.form }).count)
        #expect(Faults.all.allSatisfy { $0.init(parsing: "nonsense") == nil })
    }
}

@Suite("A rule of the fault script")
struct FaultRuleTests {
    @Test(
        "is refused with its reason",
        arguments: [
            ("", "it is not of the form PATTERN:FAULT[*COUNT]"),
            ("/a", "it is not of the form PATTERN:FAULT[*COUNT]"),
            ("a:404", "its pattern could match no path, since each begins with '/'"),
            ("/a:404*0", "it would never strike"),
            ("/a:405", "'405' is no fault, see --help for those that there are"),
            ("/a:cut=x", "'cut=x' is no fault, see --help for those that there are"),
            ("/a:503;retry-after=", "'503;retry-after=' is no fault, see --help for those that there are"),
            ("/a:header=x", "'header=x' is no fault, see --help for those that there are"),
            ("/a:header=x y:z", "'header=x y:z' is no fault, see --help for those that there are"),
            ("/a:redirect=a\nb", "'redirect=a\nb' is no fault, see --help for those that there are"),
        ])
    func refused(text: String, reason: String) {
        #expect(throws: FaultRuleError(reason: reason)) { try FaultRule(parsing: text) }
    }

    @Test("stands on a line of a file, with blank lines and remarks passed over")
    func script() throws {
        #expect(try FaultRule.script("# trouble\n\n/a:404\r\n*.mp4:cut=1k*2\n").count == 2)
        #expect(throws: FaultRuleError(reason: "line 2: it would never strike")) {
            try FaultRule.script("/a:404\n/b:404*0")
        }
    }
}

@Suite("A wildcard")
struct WildcardTests {
    @Test(
        "matches",
        arguments: [
            ("/a*", "/a"), ("*", ""), ("/*/b.mp4", "/x/y/b.mp4"), ("/?.mp4", "/1.mp4"), (#"/a\*"#, "/a*"),
            ("*a*b*c", "xxaxbxbxc"), ("**", "a"),
        ])
    func matches(pattern: String, text: String) { #expect(Wildcard(pattern).matches(text)) }

    @Test(
        "does not match",
        arguments: [("/a", "/ab"), ("", "a"), ("/?.mp4", "/.mp4"), (#"/a\*"#, "/ab"), ("*a*b", "xbxa"), ("?", "")])
    func misses(pattern: String, text: String) { #expect(!Wildcard(pattern).matches(text)) }

    @Test("takes no time that grows with a power of its stars")
    func hostile() {
        #expect(!Wildcard(String(repeating: "*a", count: 50) + "b").matches(String(repeating: "a", count: 5000)))
    }
}
