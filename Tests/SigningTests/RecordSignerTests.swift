import Foundation
import Signing
import TestSupport
import Testing

@Suite struct RecordSignerTests {
    @Test("a record gains its signed URL and its end, behind fields that stay byte for byte")
    func passThrough() throws {
        let fields =
            #" "n" : 1.0, "big":1E400,"digits":123456789012345678901234567890,"esc":"\u0041\/","x":1,"x":2"#
        let run = try signed(#"{"key":"a b.mp4",\#(fields)}"#)
        let url = "https://cdn.example.com/a%20b.mp4?Expires=1800007200&Signature=S"
        #expect(
            run.text == #"{"key":"a b.mp4",\#(fields),"signed_url":"\#(url)","expires_at":1800007200}"#
                + "\n")
        #expect(run.failures == 0)
    }

    @Test("a 'url' is signed as it is, and goes before 'key', which may then be anything")
    func url() throws {
        let run = try signed(#"{"url":"https://h/a%2Fb?x=1","key":7}"#)
        #expect(run.string("signed_url") == "https://h/a%2Fb?x=1?Expires=1800007200&Signature=S")
    }

    @Test("of a name that is there twice the last counts")
    func last() throws {
        let run = try signed(#"{"key":"old","k\u0065y":"new"}"#)
        #expect(run.string("signed_url")?.hasPrefix("https://cdn.example.com/new?") == true)
    }

    @Test("a result fed again loses the fields of its last try and its old URL, and keeps 'attempt'")
    func resultAgain() throws {
        let old = """
            {"key":"k","signed_url":"old","expires_at":1,"status":"failed","stage":"fetch","error":"timeout",\
            "message":"m","retryable":true,"retry_at":2,"http_status":500,"bytes":3,"seconds":4,"resumed_from":5,\
            "found":"f","finished_at":6.000,"line":7,"attempt":3,"size":9}
            """
        let run = try signed(old)
        let url = "https://cdn.example.com/k?Expires=1800007200&Signature=S"
        let expected =
            #"{"key":"k","attempt":3,"size":9,"signed_url":"\#(url)","expires_at":1800007200}"#
        #expect(run.lines == [expected])
    }

    @Test(
        "a bad record leaves as one, with the number of its line",
        arguments: [
            ("{nonsense}", "the line is not JSON"),
            ("nonsense", "the line is not a JSON object"),
            ("[1]", "the line is not a JSON object"),
            ("17", "the line is not a JSON object"),
            (#"{"key":"a"} x"#, "the line is not JSON"),
            (#"{"path":"a"}"#, "'key' is missing"),
            (#"{"key":null}"#, "'key' is missing"),
            (#"{"key":5}"#, "'key' is a number, not a string"),
            (#"{"url":["https://h/"]}"#, "'url' is an array, not a string"),
            (#"{"url":"ftp://h/a"}"#, "the URL is not an absolute http or https URL"),
            (#"{"url":"/a"}"#, "the URL is not an absolute http or https URL"),
        ])
    func badRecord(line: String, message: String) throws {
        let run = try signed(Data("\n\(line)\n".utf8))
        #expect(run.lines.count == 1)
        #expect(run.string("error") == "bad_record")
        #expect(run.string("message") == message)
        #expect(run.fields["line"] as? Int == 2)
        #expect(run.string("status") == "failed")
        #expect(run.string("stage") == "sign")
        #expect(run.fields["retryable"] as? Bool == false)
        #expect(run.failures == 1)
    }

    @Test("half of a surrogate pair has no bytes to be signed, and passes through as it was written")
    func loneSurrogate() throws {
        let run = try signed(#"{"key":"\ud83d"}"#)
        #expect(run.text.hasPrefix(#"{"key":"\ud83d","line":1,"status":"failed","stage":"sign","error":"bad_record","#))
        #expect(run.text.contains("'key' has half of a surrogate pair"))
    }

    @Test(
        "a record that cannot be signed leaves as 'unsigned', with all that it brought",
        arguments: [
            #""url":"https://h/a b""#, #""url":"https://u:p@h/""#, #""url":"https://h/#x""#, #""key":"""#,
        ])
    func unsigned(field: String) throws {
        let run = try signed(
            #"{"path":"p",\#(field),"n":1.0,"signed_url":"old","expires_at":1,"attempt":2}"#)
        #expect(run.text.hasPrefix(#"{"path":"p",\#(field),"n":1.0,"attempt":2,"status":"failed","#))
        #expect(run.string("error") == "unsigned")
        #expect(run.fields["retryable"] as? Bool == true)
        #expect(run.string("owner") == "record")
        #expect(run.fields["line"] == nil)
        #expect(run.failures == 1)
    }

    @Test("without a base URL the first record that needs one ends the run, and nothing is said of it")
    func noBase() {
        #expect(throws: SigningStoppedError.self) { try signed(Data(#"{"key":"k"}"#.utf8), below: nil) }
    }

    @Test("without a base URL a record among such with a 'url' leaves as one that was not tried")
    func noBaseForSome() throws {
        let records = [#"{"url":"https://h/1"}"#, #"{"key":"k"}"#, #"{"url":"https://h/2"}"#].joined(separator: "\n")
        let run = try signed(Data(records.utf8), below: nil)
        #expect(run.failures == 1)
        #expect(run.lines.count == 3)
        #expect(
            run.lines[1]
                == #"{"key":"k","status":"failed","stage":"sign","error":"unsigned","message":"the record has no 'url', "#
                + #"and there is no base URL: give --base-url, or with --s3 --bucket","retryable":true,"#
                + #""retry_at":1800000300,"finished_at":1800000000.000,"owner":"credentials"}"#)
    }

    @Test("the library's refusal is reported, and nothing of a half-written line stays")
    func signerFails() throws {
        struct Refusing: URLSigner {
            func sign(_ object: SigningObject, at now: Double, into signed: inout SignedURL) throws(SigningError) {
                throw .cryptography("no")
            }
        }
        let run = try signed(Data(#"{"key":"k"}"#.utf8), by: Refusing())
        #expect(run.string("message") == "the key could not sign: no")
        #expect(run.string("owner") == "credentials")
        #expect(run.string("signed_url") == nil)
    }

    @Test(
        "a 'url' that carries a signature never leaves in a failed line",
        arguments: [
            #""url":"https://h/a?Signature=SECRET""#,
            #""url":"https://h/a?x=1&Policy=SECRET&Key-Pair-Id=K""#,
            #""url":"ftp://h/a?X-Amz-Signature=SECRET""#,
            #""url":"h/a?\u0053ignature=SECRET""#,
            #""u\u0072l":"https://h/a b?Signature=SECRET""#,
            #""url":["https://h/a?Signature=SECRET"]"#,
            #""url":"https://h/a?Signature=SECRET\ud83d""#,
            #""url":"https://h/a?Signature=SECRET","url":"https://h/a b""#,
            #""url":"https://h/a?Signature=SECRET","url":null"#,
            #""url":"https://h/a?x=1&%53ign%61ture=SECRET""#,
            #""url":"https://h/a?Signature=SECRET#","signed_url":"https://h/a?Signature=SECRET""#,
        ])
    func secrets(field: String) throws {
        let run = try signed(#"{"path":"p",\#(field)}"#)
        #expect(run.failures == 1)
        #expect(run.string("path") == "p")
        #expect(!run.text.contains("SECRET"))
    }

    @Test("a line that signing makes longer than 1 MiB leaves with what it is known by, and why")
    func grownTooLong() throws {
        let longest = 1 << 20
        for spare in [0, 300] {
            let start = #"{"path":"p/1.mp4","attempt":2,"key":"k","x":""#
            let filling = String(repeating: "x", count: longest - spare - start.utf8.count - 2)
            let run = try signed("\(start)\(filling)\"}")
            if spare == 0 {
                #expect(
                    run.text.hasPrefix(#"{"path":"p/1.mp4","attempt":2,"line":1,"status":"failed","stage":"sign","#))
                #expect(run.string("error") == "bad_record")
                #expect(run.string("message")?.contains("longer than 1 MiB") == true)
            } else {
                #expect(run.failures == 0)
            }
            #expect(run.text.utf8.count <= longest + 1)
        }
    }

    @Test(
        "where nothing can be signed any more, the lines before are out, and the others are left alone",
        arguments: [1, 4])
    func hopeless(threads: Int) throws {
        /// Signs until the clock shows 103.
        struct Ending: URLSigner {
            func needsRenewal(at now: Double) -> Bool { now >= 103 }
            func renew(at now: Double) throws(SigningStoppedError) { throw SigningStoppedError("it has ended") }
            func sign(_ object: SigningObject, at now: Double, into signed: inout SignedURL) throws(SigningError) {
                signed = SignedURL(bytes: object.url.bytes, expires: Int64(now))
            }
            var makerForThreads: (@Sendable () -> any URLSigner)? { { Ending() } }
        }
        let folder = try TemporaryFolder()
        let input = try folder.write(String(repeating: #"{"key":"k"}"# + "\n", count: 9), to: "in")
        let output = try folder.write("", to: "out")
        let (source, target) = (try FileHandle(forReadingFrom: input), try FileHandle(forWritingTo: output))
        let team = SigningTeam(signer: Ending(), baseURL: try BaseURL("https://h"), threads: threads)
        var stream = SigningStream(
            from: source.fileDescriptor, to: target.fileDescriptor, by: team, clock: TickingClock())
        #expect(throws: SigningStoppedError("it has ended")) { try stream.run() }
        #expect(try folder.read("out").filter { $0 == 0x0A }.count == 2)
        #expect(stream.failures == 0)
    }

    @Test("every record is signed at its own time")
    func time() throws {
        let input = Data(String(repeating: #"{"key":"k"}"# + "\n", count: 3).utf8)
        let run = try signed(input, by: PlainSigner(lifetime: 10), clock: TickingClock())
        let ends = run.lines.map { $0.suffix(4) }
        #expect(ends == ["111}", "112}", "113}"])
    }
}
