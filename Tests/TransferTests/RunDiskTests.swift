import Glibc
import POSIX
import Records
import TestSupport
import Testing

@testable import Transfer

/// Disks that are full, refuse, break and heal, in a scripted world.
@Suite struct RunDiskTests {
    private static let small = ScriptedWorld.video()
    private static let large = ScriptedWorld.video(size: 2 << 20)

    /// A world of three records, one after the other, with small files in `a` and `c`, and a large one in `b`.
    private static func world() -> ScriptedWorld {
        let world = ScriptedWorld { .video($0.path.hasPrefix("b/") ? large : small, $0) }
        world.settings.parallel = 1
        for path in ["a/1.mp4", "b/2.mp4", "c/3.mp4"] { world.add(path) }
        return world
    }

    private static func ending(_ end: FetchEnd) -> String {
        guard case .disk(let words) = end else { return "\(end)" }
        return words
    }

    @Test("a disk that is full when a small file is brought to its name ends the run")
    func fullAtSave() {
        let world = Self.world()
        world.disk.refuse(.write, with: ENOSPC)
        #expect(Self.ending(world.run()).hasSuffix("No space left on device"))
        #expect(world.result(of: "a/1.mp4")?.error == "disk_full")
        #expect(world.disk.files == [])
    }

    @Test("a disk that becomes full while a large file comes ends the run, and the part that can be continued stays")
    func fullAtAppend() {
        let world = Self.world()
        world.disk.capacity = 1_500_000
        #expect(Self.ending(world.run()).hasSuffix("No space left on device"))
        #expect(world.result(of: "b/2.mp4")?.error == "disk_full")
        #expect(world.result(of: "b/2.mp4")?.attempt == nil)
        #expect(world.result(of: "c/3.mp4") == nil)
    }

    @Test("the disk begins with a large file before it is whole, if it is synced", arguments: [true, false])
    func beginsEarly(isDurable: Bool) {
        let large = ScriptedWorld.video(size: 9 << 20)
        let world = ScriptedWorld { .video(large, $0) }
        world.settings.sync = isDurable ? .full : .none
        world.add("b/2.mp4")
        world.run()
        #expect(world.result(of: "b/2.mp4")?.status == "success")
        #expect(world.disk.writesBegun.first?.lowerBound == (isDurable ? 0 : nil))
    }

    @Test("a disk that fails to sync the bytes gives no file a name")
    func failsAtSync() {
        let world = Self.world()
        world.disk.refuse(.sync, with: EIO)
        #expect(Self.ending(world.run()).hasSuffix("Input/output error"))
        #expect(world.results.map(\.error) == ["io_error", "io_error", "io_error"])
        #expect(world.disk.files == ["b/2.mp4.part"])
    }

    @Test("a disk that fails to sync the name reports no success, and the next run finds the file")
    func failsAtSecondSync() {
        let world = Self.world()
        world.disk.refuse(.sync, with: EIO, passing: 1)
        world.run()
        #expect(world.result(of: "a/1.mp4")?.error == "io_error")
        world.disk.heal()
        world.add("a/1.mp4")
        #expect(world.run() == .complete(failures: 0))
        #expect(world.result(of: "a/1.mp4")?.status == "skipped")
    }

    @Test("a folder that refuses a name fails its own files, is reported once, and the others come", arguments: [1, 5])
    func refusedRename(files: Int) {
        let world = ScriptedWorld { .video(Self.small, $0) }
        for number in 1...files { world.add("locked/\(number).mp4") }
        world.add("open/1.mp4")
        world.disk.refuse(.rename, at: "locked", with: EACCES)
        #expect(world.run() == .complete(failures: files))
        #expect(world.result(of: "locked/1.mp4")?.owner == "folder")
        #expect(world.notices == ["folder 'locked': Permission denied: its files fail, and the others go on"])
        #expect(world.disk.files == ["open/1.mp4"])
    }

    @Test("a folder that cannot be made is found before the origin is asked")
    func refusedFolder() {
        let world = Self.world()
        world.disk.refuse(.makeFolder, at: "b", with: EACCES)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "b/2.mp4")?.error == "no_access")
        #expect(world.network.requests.map(\.path) == ["a/1.mp4", "c/3.mp4"])
    }

    @Test("a file that is too large for the file system fails alone, for good")
    func tooLarge() {
        let world = Self.world()
        world.disk.largestFile = 1 << 20
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "b/2.mp4")?.error == "file_too_large")
        #expect(world.result(of: "b/2.mp4")?.isRetryable == false)
        #expect(world.disk.files == ["a/1.mp4", "c/3.mp4"])
    }

    @Test("too few descriptors are this process's, and cost no attempt")
    func tooFewDescriptors() {
        let world = Self.world()
        world.disk.refuse(.create, at: "a", with: EMFILE)
        #expect(world.run() == .complete(failures: 1))
        #expect(world.result(of: "a/1.mp4")?.error == "no_resources")
        #expect(world.result(of: "a/1.mp4")?.owner == "process")
        #expect(world.result(of: "a/1.mp4")?.attempt == nil)
    }

    @Test("--min-free: nothing is asked for where too little is free")
    func minFree() {
        let world = Self.world()
        world.settings.minFree = 1 << 30
        world.disk.toldSpace = FreeSpace(bytes: 5 << 20)
        #expect(world.run() == .disk("5 MiB are free, and --min-free keeps 1G"))
        #expect(world.network.requests.isEmpty)
    }

    @Test("a disk whose free space is unknown is used")
    func unknownSpace() {
        let world = Self.world()
        world.settings.minFree = 1 << 30
        world.disk.toldSpace = .unknown
        #expect(world.run() == .complete(failures: 0))
    }

    @Test("when a full disk has room again, the next run completes")
    func heals() {
        let world = Self.world()
        world.disk.capacity = 1_500_000
        world.run()
        world.disk.capacity = .max
        for path in ["a/1.mp4", "b/2.mp4", "c/3.mp4"] { world.add(path) }
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk["b/2.mp4"] == Self.large)
        #expect(world.disk.files == ["a/1.mp4", "b/2.mp4", "c/3.mp4"])
    }

    @Test("a file system that knows no sync is reported once, and files come all the same")
    func noSync() {
        let world = Self.world()
        world.disk.refuse(.sync, with: ENOSYS)
        #expect(world.run() == .complete(failures: 0))
        #expect(world.notices.count == 1)
    }

    @Test("--sync none syncs nothing")
    func syncNone() {
        let world = Self.world()
        world.settings.sync = .none
        #expect(world.run() == .complete(failures: 0))
        #expect(world.disk.count(of: .sync) == 0)
    }
}
