import Curl
import Records
import Store
import TestSupport
import Testing

@testable import Transfer

/// The transfers of one loop, on a scripted network.
@Suite struct TransferLoopTests {
    private static let video = ScriptedWorld.video()
    private let clock = TestClock()
    private let disk = MemoryDisk()

    private func network(_ script: @escaping (ScriptedRequest) -> [ScriptedStep]) -> ScriptedNetwork {
        ScriptedNetwork(clock, script: script)
    }

    private func loop(_ network: ScriptedNetwork, rateLimit: RateLimit? = nil) -> TransferLoop {
        TransferLoop(network, rateLimit: rateLimit) { _ in ScriptedWorld.settings().transfer }
    }

    private func transfer(_ path: String, rateLimit: RateLimit? = nil) throws -> FileTransfer {
        try Sample.transfer(path, clock: clock, disk: disk, rateLimit: rateLimit)
    }

    @Test("a transfer ends once, without an error where its part is the whole video")
    func ends() throws {
        let loop = loop(network { .video(Self.video, $0) })
        let transfer = try transfer("a.mp4")
        loop.start(transfer)
        #expect(loop.count == 1)
        let ended = loop.perform()
        #expect(ended.map { $0.transfer === transfer && $0.error == nil } == [true])
        #expect(loop.perform().isEmpty && loop.count == 0)
    }

    @Test("an answer that is not a video ends with its error")
    func fails() throws {
        let loop = loop(network { _ in .status(404) })
        loop.start(try transfer("a.mp4"))
        #expect(loop.perform().map { $0.error?.code } == [.notFound])
    }

    @Test("a redirect does not end the transfer")
    func redirected() throws {
        let loop = loop(
            network {
                $0.path == "a.mp4"
                    ? [.head(["HTTP/1.1 302 Found", "Location: /b.mp4"]), .redirect("http://origin/b.mp4"), .end]
                    : .video(Self.video, $0)
            })
        loop.start(try transfer("a.mp4"))
        #expect(loop.perform().isEmpty)
        #expect(loop.count == 1)
        #expect(loop.perform().map { $0.error == nil } == [true])
    }

    @Test("parked transfers come back as far as they have come, and nothing more is heard of them")
    func parked() throws {
        let loop = loop(network { Sample.slow(10, Self.video, $0) })
        let transfer = try transfer("a.mp4")
        loop.start(transfer)
        _ = loop.perform()
        #expect(loop.park().map { $0 === transfer } == [true])
        clock.advance(by: 20)
        #expect(loop.perform().isEmpty && loop.count == 0)
    }

    @Test("a rate limit that is overdrawn stops the loop, and it goes on by itself")
    func limited() throws {
        let limit = RateLimit(bytesPerSecond: 4096, sharers: 4, clock: clock)
        let loop = loop(network { .video(Self.video, $0) }, rateLimit: limit)
        loop.start(try transfer("a.mp4", rateLimit: limit))
        #expect(loop.perform().isEmpty)
        var watched: [MultiHandle.Watched] = []
        loop.wait(&watched, milliseconds: 1000)
        #expect(clock.monotonic == 1000.05)
        clock.advance(by: 1)
        #expect(loop.perform().count == 1)
    }

    // MARK: - A run's account of it

    @Test("a loop of a run knows what runs until its end is concluded, and whether it has a place")
    func counted() throws {
        let loop = FetchLoop(loop(network { .video(Self.video, $0) }), places: 2)
        let transfers = [try transfer("a.mp4"), try transfer("b.mp4")]
        for transfer in transfers {
            #expect(loop.hasPlace)
            loop.start(transfer)
        }
        #expect(!loop.hasPlace)
        let ended = loop.transfers.perform()
        #expect(ended.count == 2 && loop.running.count == 2)
        loop.remove(transfers[0])
        #expect(loop.running.map(\.record.path.text) == ["b.mp4"])
        #expect(loop.hasPlace)
    }

    @Test("files are what they have been like lately, what a record says counts more, and first nothing is known")
    func sizes() {
        var sizes = FileSizes()
        #expect(sizes.isLarge(Sample.record("a.mp4")) == nil)
        sizes.learn(4096)
        #expect(sizes.isLarge(Sample.record("b.mp4")) == false)
        #expect(sizes.isLarge(Sample.record("c.mp4", size: 2 << 20)) == true)
        sizes.learn(8 << 20)
        #expect(sizes.isLarge(Sample.record("d.mp4")) == true)
        #expect(sizes.isLarge(Sample.record("e.mp4", size: 4096)) == false)
    }
}
