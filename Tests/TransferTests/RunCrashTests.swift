import Glibc
import Store
import TestSupport
import Testing

@testable import Transfer

/// A run that ends without warning at each of its system calls: what is there afterwards, and what the next run makes
/// of it, in a scripted world.
@Suite struct RunCrashTests {
    private static let paths = ["a/1.mp4", "a/2.mp4", "b/3.mp4", "4.mp4"]
    private static let videos = Dictionary(
        uniqueKeysWithValues: zip(
            paths,
            [4096, 70_000, 1_100_000, 5000].enumerated().map { index, size in
                ScriptedWorld.video(size: size, seed: UInt8(index))
            }))

    /// Lets so many system calls pass; those after them have no effect.
    private final class Death: @unchecked Sendable {
        // A scripted world has one thread.
        var left = Int.max
        var calls = 0

        func strike() -> CInt? {
            calls += 1
            left -= left == .max ? 0 : 1
            return left < 0 ? EIO : nil
        }
    }

    private let death = Death()

    /// A world in which the large file needs a second request to come whole.
    private func world(_ sync: FetchSettings.Sync = .full) -> ScriptedWorld {
        let death = death
        let world = ScriptedWorld(disk: MemoryDisk { _, _ in death.strike() }) { request in
            let video = Self.videos[request.path] ?? []
            return .video(video, request, cutAt: request.offset == 0 ? 1_060_000 : nil)
        }
        world.settings.parallel = 2
        world.settings.sync = sync
        return world
    }

    private func run(_ world: ScriptedWorld) -> FetchEnd {
        for path in Self.paths { world.add(path) }
        return world.run()
    }

    /// How many system calls a whole run makes.
    private func callsOfRun() -> Int {
        _ = run(world())
        defer { death.calls = 0 }
        return death.calls
    }

    /// Runs until so many calls were made, then lets `strike` happen, and checks what is left and what the next run
    /// does.
    private func check(after calls: Int, _ strike: (MemoryDisk) -> Void) {
        let world = world()
        death.left = calls
        _ = run(world)
        let told = world.results.filter { $0.status == "success" }.map(\.path)
        strike(world.disk)
        for name in world.disk.files where !name.hasSuffix(".part") {
            #expect(world.disk[name] == Self.videos[name], "'\(name)' is not whole after \(calls) calls")
        }
        for path in told {
            #expect(world.disk[path] != nil, "'\(path)' was reported and is gone after \(calls) calls")
        }
        death.left = .max
        #expect(run(world) == .complete(failures: 0), "after \(calls) calls")
        #expect(world.disk.files == Self.paths.sorted(), "after \(calls) calls")
        for path in Self.paths { #expect(world.disk[path] == Self.videos[path], "'\(path)' after \(calls) calls") }
        for path in told { #expect(world.result(of: path)?.status == "skipped", "'\(path)' after \(calls) calls") }
    }

    @Test("kill -9 at any system call leaves whole files only, and the next run completes")
    func killed() {
        let calls = callsOfRun()
        #expect(calls > 30)
        for count in 0..<calls { check(after: count) { $0.kill() } }
    }

    @Test(
        "a power cut at any system call leaves whole files only, and the next run completes",
        arguments: [false, true], [false, true])
    func powerCut(keepingNames: Bool, keepingBytes: Bool) {
        for count in 0..<callsOfRun() {
            check(after: count) { $0.cutPower(keepingNames: keepingNames) { _ in keepingBytes } }
        }
    }

    @Test("a file that a killed run left, and the next one reported as there, outlives a power cut")
    func foundOutlivesPowerCut() {
        for count in 0..<callsOfRun() {
            let world = world()
            death.left = count
            _ = run(world)
            world.disk.kill()
            death.left = .max
            world.forgetResults()
            world.add("a/1.mp4")
            world.run()
            world.disk.cutPower()
            #expect(world.disk["a/1.mp4"] == Self.videos["a/1.mp4"], "after \(count) calls")
        }
    }

    @Test("without a sync a power cut may leave a name without its bytes: that is what --sync none risks")
    func unsynced() {
        let world = world(.none)
        #expect(run(world) == .complete(failures: 0))
        world.disk.cutPower(keepingNames: true)
        #expect(world.disk["a/1.mp4"] == [])
    }
}
