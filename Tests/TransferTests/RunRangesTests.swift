import Curl
import Glibc
import TestSupport
import Testing

@testable import Transfer

/// Large files by several connections, in a scripted world whose origin sends 1 MiB in a tenth of a second by each.
@Suite struct RunRangesTests {
    private static let piece = 1 << 20
    private static let size = 24 * piece
    private static let video = ScriptedWorld.video(size: size)

    /// A world whose origin has this for the requests of ranges, and the video for all others.
    private static func world(
        etag: String = "\"v1\"", ranges: @escaping (ScriptedRequest) -> [ScriptedStep] = { .video(video, $0) }
    ) -> ScriptedWorld {
        let world = ScriptedWorld { request in
            slowly(request.end == nil ? .video(video, request, etag: etag, headers: marks) : ranges(request))
        }
        world.settings.connections = 4
        world.settings.splitFrom = 16 << 20
        world.settings.retry.quickRetries = 0
        world.add("a.mp4")
        return world
    }

    private static let marks = ["Accept-Ranges: bytes"]

    private static func slowly(_ steps: [ScriptedStep]) -> [ScriptedStep] {
        steps.flatMap { step in
            guard case .body(let bytes) = step else { return [step] }
            return stride(from: 0, to: bytes.count, by: piece).flatMap { start -> [ScriptedStep] in
                [.wait(0.1), .body([UInt8](bytes[start..<min(start + piece, bytes.count)]))]
            }
        }
    }

    /// Whether it is for the first of the ranges: they are shared out when the transfer has brought its first 1 MiB.
    private static func isFirst(_ request: ScriptedRequest) -> Bool { request.offset / Int64(piece) == 6 }

    /// Told by a word, as a failure would print all the bytes.
    private static func isThere(_ video: [UInt8], in world: ScriptedWorld) -> Bool { world.disk["a.mp4"] == video }

    private static func offsets(_ world: ScriptedWorld) -> [Int] {
        world.network.requests.map { Int($0.offset) / piece }
    }

    @Test("the connections of a file bring equal pieces, of one version, in a quarter of the time")
    func split() {
        let world = Self.world()
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.isThere(Self.video, in: world))
        #expect(Self.offsets(world) == [0, 6, 12, 18])
        let ranges = world.network.requests.dropFirst()
        #expect(ranges.map(\.end) == ranges.dropFirst().map(\.offset) + [Int64(Self.size)])
        #expect(ranges.allSatisfy { $0.ifRange == "\"v1\"" })
        #expect(world.clock.monotonic - 1000 < 1)
    }

    @Test("where one range breaks off the transfer itself brings the rest, and its try has not failed")
    func oneBreaks() {
        let world = Self.world { request in
            .video(Self.video, request, cutAt: Self.isFirst(request) ? 8 << 20 : nil)
        }
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.isThere(Self.video, in: world))
        #expect(Self.offsets(world) == [0, 6, 12, 18, 8])
        #expect(world.results.map(\.status) == ["success"])
    }

    /// Answers to the request of a range that bring nothing of it.
    enum Other: CaseIterable {
        case whole, laterVersion, laterVersionAsRange, otherTotal, otherRange, weakTag, refused, unavailable

        func answer(_ request: ScriptedRequest, _ video: [UInt8]) -> [ScriptedStep] {
            let (start, total) = (Int(request.offset), video.count)
            func range(_ start: Int, of total: Int, _ etag: String) -> [ScriptedStep] {
                let range = "Content-Range: bytes \(start)-\(total - 1)/\(total)"
                let bytes = [UInt8](repeating: 7, count: 1 << 20)
                return [.head(["HTTP/1.1 206 Partial Content", range, "ETag: \(etag)"]), .body(bytes), .end]
            }
            let later = ScriptedWorld.video(size: total, seed: 9)
            return switch self {
            case .whole: [.head(["HTTP/1.1 200 OK", "Content-Length: \(total)", "ETag: \"v1\""]), .body(video), .end]
            case .laterVersion: .video(later, request, etag: "\"v2\"")
            case .laterVersionAsRange: range(start, of: total, "\"v2\"")
            case .otherTotal: range(start, of: total + 1, "\"v1\"")
            case .otherRange: range(start - 1, of: total, "\"v1\"")
            case .weakTag: range(start, of: total, "W/\"v1\"")
            case .refused: .status(403)
            case .unavailable: .status(503)
            }
        }
    }

    @Test(
        "of a range that is answered with anything else nothing is taken, and the transfer goes on alone",
        arguments: Other.allCases)
    func other(answer: Other) {
        let world = Self.world { answer.answer($0, Self.video) }
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.isThere(Self.video, in: world))
        #expect(Self.offsets(world) == [0, 6, 12, 18])
        #expect(world.results.map(\.status) == ["success"])
    }

    @Test("an origin that has refused a range is not asked for those of the next file")
    func unsplit() {
        let world = Self.world { Other.whole.answer($0, Self.video) }
        world.add("b.mp4", after: 10)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.count { $0.path == "a.mp4" } > 1)
        #expect(world.network.requests.count { $0.path == "b.mp4" } == 1)
    }

    @Test("an object that has changed when the rest is asked for comes whole, and nothing of the old one stays")
    func changed() {
        let later = ScriptedWorld.video(size: Self.size, seed: 9)
        let world = ScriptedWorld { request in
            guard request.number > 4 else {
                let cut = Self.isFirst(request) ? 8 << 20 : nil
                return Self.slowly(.video(Self.video, request, headers: Self.marks, cutAt: cut))
            }
            return Self.slowly(.video(later, request, etag: "\"v2\"", headers: Self.marks))
        }
        world.settings = Self.world().settings
        world.add("a.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(Self.isThere(later, in: world))
        #expect(world.network.requests.last?.ifRange == "\"v1\"")
    }

    @Test(
        "without a strong ETag, and for too small a file, there is one request",
        arguments: ["W/\"v1\"", "v1", "\"v1\""])
    func one(etag: String) {
        let world = Self.world(etag: etag)
        if etag == "\"v1\"" { world.settings.splitFrom = Int64(Self.size) + 1 }
        #expect(world.run() == .complete(failures: 0))
        #expect(world.network.requests.count == 1)
        #expect(Self.isThere(Self.video, in: world))
    }

    @Test("after a kill the next run asks for what no connection had brought, and after a power cut for the whole")
    func killed() {
        for isPowerCut in [false, true] {
            let world = Self.world()
            // 4 MiB by each connection, of 6; the note tells of each 4 MiB that they brought together.
            world.network.onTime = { [disk = world.disk] in
                guard $0 >= 1000.45, disk.files == ["a.mp4.part"] else { return }
                if isPowerCut { disk.cutPower() } else { disk.kill() }
            }
            world.run()
            #expect(world.disk["a.mp4"] == nil)
            world.network.onTime = nil
            let asked = world.network.requests.count
            world.add("a.mp4")
            #expect(world.run() == .complete(failures: 0))
            #expect(Self.isThere(Self.video, in: world))
            let requests = world.network.requests.dropFirst(asked)
            #expect((requests.first?.offset == 0) == isPowerCut)
            let missing = requests.reduce(0) { $0 + Int($1.end ?? $1.offset) - Int($1.offset) }
            if !isPowerCut { #expect(missing <= 10 * Self.piece) }
        }
    }

    // MARK: - Watching

    private final class Watcher: FetchObserver {
        let interval = 0.1
        var seen: [FetchProgress] = []

        func update(_ progress: FetchProgress) { seen.append(progress) }
        func suspend() {}
        func goOn() {}
        func end() {}
    }

    @Test("who watches sees the bytes of all connections, as one transfer that never has more than its file")
    func watched() {
        let watcher = Watcher()
        let world = Self.world { request in
            .video(Self.video, request, cutAt: Self.isFirst(request) ? 8 << 20 : nil)
        }
        world.observer = watcher
        world.run()
        let running = watcher.seen.flatMap(\.running)
        #expect(watcher.seen.allSatisfy { $0.running.count <= 1 && $0.bytes <= Int64(Self.size) })
        #expect(running.allSatisfy { $0.bytes <= Int64(Self.size) })
        #expect(watcher.seen.map(\.bytes) == watcher.seen.map(\.bytes).sorted())
        #expect(watcher.seen.last?.bytes == Int64(Self.size))
        // The four bring 4 MiB in each tenth of a second.
        #expect(watcher.seen.contains { $0.elapsed < 0.45 && $0.bytes >= 9 << 20 })
    }
}
