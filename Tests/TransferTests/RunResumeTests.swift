import Curl
import Store
import TestSupport
import Testing

@testable import Transfer

/// Parts of files, within a run and from run to run, in a scripted world.
@Suite struct RunResumeTests {
    private static let video = ScriptedWorld.video(size: 3 << 20)
    private static let cut = 1_500_000

    /// A world that cuts the first answer off, and has this for all others.
    private static func world(
        quickRetries: Int = 0, cutAt: Int = cut, etag: String = "\"v1\"",
        then next: @escaping (ScriptedRequest) -> [ScriptedStep] = { .video(video, $0) }
    ) -> ScriptedWorld {
        let world = ScriptedWorld { $0.number == 1 ? .video(video, $0, etag: etag, cutAt: cutAt) : next($0) }
        world.settings.retry.quickRetries = quickRetries
        world.add("a.mp4")
        return world
    }

    /// The second run of such a world.
    private static func runTwice(_ world: ScriptedWorld) -> FetchEnd {
        world.run()
        world.add("a.mp4")
        return world.run()
    }

    @Test("a quick retry goes on where the connection broke")
    func quickRetry() {
        let world = Self.world(quickRetries: 2)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 1_500_000])
        #expect(world.network.requests.map(\.ifRange) == [nil, "\"v1\""])
        #expect(world.result(of: "a.mp4")?.resumedFrom == 1_500_000)
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("a part that can be continued stays, costs no attempt, and is reported")
    func partStays() {
        let world = Self.world()
        world.run()
        #expect(world.disk["a.mp4.part"] == Array(Self.video.prefix(Self.cut)))
        #expect(world.result(of: "a.mp4")?.attempt == nil)
        #expect(world.result(of: "a.mp4")?.bytes == Self.cut)
    }

    @Test("the next run goes on where the last one ended")
    func nextRun() {
        let world = Self.world()
        #expect(Self.runTwice(world) == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 1_500_000])
        #expect(world.result(of: "a.mp4")?.httpStatus == 206)
        #expect(world.disk.files == ["a.mp4"])
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("an object that has changed since comes whole")
    func changed() {
        let other = ScriptedWorld.video(size: 3 << 20, seed: 7)
        let world = Self.world { .video(other, $0, etag: "\"v2\"") }
        #expect(Self.runTwice(world) == .complete(failures: 0))
        #expect(world.network.requests.last?.ifRange == "\"v1\"")
        #expect(world.result(of: "a.mp4")?.resumedFrom == nil)
        #expect(world.disk["a.mp4"] == other)
    }

    @Test("a part from before a reboot starts over")
    func reboot() {
        let world = Self.world()
        world.run()
        world.disk.cutPower { _ in true }
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 0])
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("a part from before a kill is continued")
    func killed() {
        let world = Self.world()
        world.run()
        world.disk.kill()
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.last?.offset == 1_500_000)
    }

    @Test("a part below 1 MiB is not kept")
    func smallPart() {
        let world = Self.world(cutAt: 1_048_575)
        world.run()
        #expect(world.disk.files == [])
    }

    @Test("without a strong ETag nothing is continued", arguments: ["W/\"v1\"", "v1"])
    func weakValidator(etag: String) {
        let world = Self.world(etag: etag)
        #expect(Self.runTwice(world) == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 0])
    }

    @Test("a file system without attributes keeps no part, and says so")
    func noAttributes() {
        let world = Self.world()
        world.disk.refuse(.setAttribute, with: 95)
        world.run()
        #expect(world.disk.files == [])
        #expect(world.notices.map { $0.hasSuffix("a file that is cut off starts over") } == [true])
    }

    @Test("a range that ends before the end is followed by another one")
    func pieces() {
        let world = Self.world(quickRetries: 2) { request in
            let start = Int(request.offset)
            let end = min(start + 1_000_000, Self.video.count)
            let range = "Content-Range: bytes \(start)-\(end - 1)/\(Self.video.count)"
            return [
                .head(["HTTP/1.1 206 Partial Content", range, "ETag: \"v1\""]), .body(Array(Self.video[start..<end])),
                .end,
            ]
        }
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 1_500_000, 2_500_000])
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test(
        "a range that does not fit throws the part away, and the whole is asked for",
        arguments: [
            "Content-Range: bytes 1499999-3145727/3145728", "Content-Range: bytes 1500000-3145727/9999999",
            "Content-Range: bytes 1500000-3145727", "Content-Type: multipart/byteranges; boundary=x",
        ])
    func wrongRange(header: String) {
        let world = Self.world(quickRetries: 2) { request in
            guard request.number == 2 else { return .video(Self.video, request) }
            return [.head(["HTTP/1.1 206 Partial Content", header]), .body(Array(Self.video.suffix(99))), .end]
        }
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 1_500_000, 0])
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("an origin that knows no ranges brings the whole")
    func ignoresRange() {
        let head = ["HTTP/1.1 200 OK", "Content-Length: 3145728", "ETag: \"v1\""]
        let world = Self.world { _ in [.head(head), .body(Self.video), .end] }
        #expect(Self.runTwice(world) == .complete(failures: 0))
        #expect(world.result(of: "a.mp4")?.resumedFrom == nil)
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("a part that is whole already is complete by 416")
    func wholePart() {
        let world = ScriptedWorld { request in
            guard request.number == 1 else {
                return .status(416, headers: ["Content-Range: bytes */3145728", "ETag: \"v1\""])
            }
            let head = ["HTTP/1.1 200 OK", "Content-Length: 3145728", "ETag: \"v1\""]
            return [.head(head), .body(Self.video), .fail(CurlFailure(.broken), wasConnected: true)]
        }
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 3_145_728])
        #expect(world.disk["a.mp4"] == Self.video)
    }

    @Test("a part that is longer than the object starts over")
    func tooLong() {
        let short = ScriptedWorld.video(size: 1 << 20)
        let world = Self.world(quickRetries: 2) {
            $0.offset > 0 ? .status(416, headers: ["Content-Range: bytes */1048576"]) : .video(short, $0)
        }
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.map(\.offset) == [0, 1_500_000, 0])
        #expect(world.disk["a.mp4"] == short)
    }

    @Test("a part that another process writes is busy, and is not touched")
    func busy() throws {
        let world = Self.world { .video(Self.video, $0) }
        world.run()
        let other = try OutputFolder(world.disk.start()).part(
            for: Sample.record("a.mp4").path, bootID: world.disk.bootID)
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "a.mp4")?.error == "busy")
        #expect(world.result(of: "a.mp4")?.attempt == nil)
        #expect(world.network.requests.count == 1)
        #expect(other.length == 1_500_000)
    }
}
