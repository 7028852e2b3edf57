import Foundation
import NIOHTTP1
import Origin
import Synchronization
import TestSupport
import Testing

/// What `tf-fetch` asks for, of whom, and how much at a time.
@Suite struct FetchNetworkTests {
    @Test("a redirect to the same host is followed, and the file is the one that it leads to")
    func redirect() throws {
        let harness = try FetchHarness(faults: ["/c/old.mp4:redirect=/c/new.mp4"])
        let run = try harness.run(harness.line("c/old.mp4"))
        #expect(run.status == 0)
        #expect(try run.result()["http_status"] as? Int == 200)
        #expect(try harness.files() == ["c/old.mp4": harness.original("c/new.mp4")])
    }

    @Test("another host is asked with --follow only")
    func otherHost() throws {
        let other = try FetchHarness()
        let harness = try FetchHarness(faults: ["*:redirect=\(other.origin.baseURL)/c/1.mp4"])
        let refused = try harness.run(harness.line("c/1.mp4"))
        #expect(try refused.result()["error"] as? String == "bad_request")
        #expect(other.origin.log.counters.requests == 0)
        let followed = try harness.run(harness.line("c/1.mp4"), ["--follow"])
        #expect(followed.status == 0)
        #expect(try harness.files() == ["c/1.mp4": other.original("c/1.mp4")])
    }

    @Test("what a proxy says of the tunnel is not the origin's answer: a part stays")
    func tunnel() throws {
        let harness = try FetchHarness(size: 1_300_000, faults: ["*:cut=1100000*1"])
        _ = try harness.run(harness.line("a.mp4"), ["--retries", "0"])
        let proxy = try WebStandIn { _ in .status(200) }
        let line = #"{"path":"a.mp4","url":"https://origin.example/a.mp4"}"# + "\n"
        let run = try harness.run(
            line, ["--retries", "0", "--connect-timeout", "1s"], environment: ["https_proxy": proxy.url])
        #expect(try run.result()["http_status"] == nil)
        #expect(try harness.files().mapValues(\.count) == ["a.mp4.part": 1_100_000])
    }

    @Test(
        "a proxy that refuses the tunnel is a failed connection, whichever variable names it",
        arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
    func refusedTunnel(variable: String) throws {
        let proxy = try WebStandIn { _ in .status(403) }
        let line = #"{"path":"a.mp4","url":"https://origin.example/a.mp4"}"# + "\n"
        let run = try FetchHarness().run(line, ["--retries", "0"], environment: [variable: proxy.url])
        #expect(try run.result()["error"] as? String == "connect")
    }

    @Test("a plain request goes through the proxy that a variable names", arguments: ["http_proxy", "all_proxy"])
    func plainProxy(variable: String) throws {
        let proxy = try WebStandIn { _ in .status(404) }
        let line = #"{"path":"a.mp4","url":"http://origin.example/a.mp4"}"# + "\n"
        let run = try FetchHarness().run(line, ["--retries", "0"], environment: [variable: proxy.url])
        #expect(try run.result()["http_status"] as? Int == 404)
    }

    @Test("a body that goes on beyond the record's size is a mismatch")
    func overlong() throws {
        let harness = try FetchHarness(faults: ["*:no-length"])
        let run = try harness.run(harness.line("c/1.mp4", #","size":5000"#))
        #expect(try run.result()["error"] as? String == "mismatch")
    }

    @Test("--max-files takes no more lines than it needs, and ends as a whole run does")
    func maxFiles() throws {
        let harness = try FetchHarness(faults: ["/c/0.mp4:404"])
        let lines = (0..<40).map { harness.line("c/\($0).mp4") }.joined()
        let run = try harness.run(lines, ["--max-files", "3"])
        #expect(run.status == 1)
        #expect(try harness.files().count == 3)
        #expect(run.results.count == 4)
        #expect(run.errors.contains("3 files are fetched (--max-files): no more lines are taken"))
    }

    @Test("--max-bytes and --until end the intake")
    func otherQuotas() throws {
        let harness = try FetchHarness()
        let lines = (0..<40).map { harness.line("c/\($0).mp4") }.joined()
        let bytes = try harness.run(lines, ["-j", "1", "--max-bytes", "50000"])
        #expect(bytes.results.count == 3)
        let late = try harness.run(lines, ["--until", "2020-01-01T00:00:00Z"])
        #expect(late.results.isEmpty && late.status == 0)
    }

    @Test("links below the output folder are followed with --allow-links only")
    func links() throws {
        let harness = try FetchHarness()
        let disk = harness.folder.file("disk")
        let manager = FileManager.default
        for folder in [disk, harness.folder.file("out")] {
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        try manager.createSymbolicLink(at: harness.folder.file("out/c"), withDestinationURL: disk)
        let refused = try harness.run(harness.line("c/d/1.mp4"))
        #expect(try refused.result()["error"] as? String == "unsafe_path")
        #expect(try harness.run(harness.line("c/d/1.mp4"), ["--allow-links"]).status == 0)
        #expect(try Data(contentsOf: harness.folder.file("disk/d/1.mp4")) == harness.original("c/d/1.mp4"))
    }

    @Test("the request says who asks")
    func userAgent() throws {
        let harness = try FetchHarness()
        #expect(try harness.run(harness.line("c/1.mp4"), ["--user-agent", "night/1"]).status == 0)
        let wrong = try CommandRun.tool("tf-fetch", ["--user-agent", "a\r\nX: b"], input: Data())
        #expect(wrong.status == 2)
    }

    @Test("a URL reaches the origin byte for byte, and with it who asks, by a proxy as well", arguments: [false, true])
    func bytesOfURL(isProxied: Bool) throws {
        let targets = [
            "/a", "//a//b", "/a/../b/./c", "/a%2Fb%2f%zz%", "/a?x=1&Signature=ab~cd-_&K=~", "/a;p=1?x=[1]&y={2}",
            "/~-_.", #"/a\b"c<d>|^`?x="<>|^`\"#,
        ]
        let asked = Mutex([(uri: String, agents: [String])]())
        let server = try WebStandIn { request in
            asked.withLock { $0.append((request.uri, request.headers["User-Agent"])) }
            return WebStandIn.Answer(body: "x")
        }
        let folder = try TemporaryFolder()
        let host = isProxied ? "http://example.org" : server.url
        let lines = try targets.enumerated().map { number, target in
            let record = ["path": "\(number)", "url": host + target]
            return String(decoding: try JSONEncoder().encode(record), as: UTF8.self) + "\n"
        }
        let options = ["-o", folder.file("out").path, "-j", "1", "--verify", "none", "--user-agent", "night/1"]
        let run = try CommandRun.tool(
            "tf-fetch", options, input: Data(lines.joined().utf8),
            environment: isProxied ? ["http_proxy": server.url] : [:])
        #expect(run.status == 0)
        let found = asked.withLock { $0 }
        #expect(found.map(\.uri) == targets.map { isProxied ? host + $0 : $0 })
        #expect(found.allSatisfy { $0.agents == ["night/1"] })
    }

    @Test("a transfer that is slow by the rate limit has not stalled")
    func slowByLimit() throws {
        let harness = try FetchHarness(size: 400_000)
        let options = ["-j", "1", "--rate-limit", "100k", "--stall-timeout", "1", "--stall-speed", "200k"]
        #expect(try harness.run(harness.line("c/1.mp4"), options).status == 0)
    }

    @Test(
        "an answer that is not HTTP, or has a header line that is too long, is told as that, and asked for again",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2\r\n", "it is not HTTP"),
            (
                "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 200_000) + "\r\n\r\n",
                "a header line is too long"
            ),
        ])
    func notHTTP(banner: String, words: String) throws {
        let harness = try FetchHarness()
        let server = try BannerServer(banner)
        let run = try harness.run(#"{"path":"c/1.mp4","url":"http://127.0.0.1:\#(server.port)/1.mp4"}"# + "\n")
        #expect(try run.result()["error"] as? String == "bad_answer")
        #expect(try #require(run.result()["message"] as? String).hasSuffix(words))
        #expect(try run.result()["retryable"] as? Bool == true)
    }

    @Test("a line without end keeps no signal from its turn")
    func endlessLine() throws {
        // 124: by the signal; 137 would be: it had to be killed.
        #expect(try CommandRun.shell("timeout -k 20 0.3 tf-fetch --progress none < /dev/zero").status == 124)
    }

    @Test(
        "limits and hosts that make no sense are refused before anything is done",
        arguments: [
            "--max-files=-1", "--per-host=0", "--rate-limit=1023", "--requests-per-second=nan",
            "--allow-host=*", "--allow-host=http://a.org/", "--allow-host=a.org:80",
        ])
    func senseless(option: String) throws {
        let run = try CommandRun.tool("tf-fetch", [option])
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("tf-fetch: \(option.prefix { $0 != "=" })"))
    }
}
