import Foundation
import POSIX
import TestSupport
import Testing

@Suite struct FreeSpaceTests {
    private func bytes(_ available: UInt64, of blocks: UInt64, unit: UInt64 = 4096, blockSize: UInt64 = 4096) -> Int64?
    {
        FreeSpace(available: available, blocks: blocks, unit: unit, blockSize: blockSize).bytes
    }

    private static let minus1024 = UInt64(bitPattern: -1024)

    @Test("what an ordinary file system tells is what is free")
    func ordinary() {
        #expect(bytes(1000, of: 5000) == 4_096_000)
        #expect(bytes(0, of: 5000) == 0)
        #expect(bytes(5000, of: 5000) == 20_480_000)
    }

    @Test(
        "figures that make no sense are unknown",
        arguments: [
            // A negative number, of 64 bits and of 32.
            (minus1024, 5000, 4096), (UInt64(UInt32.max) - 1023, 5000, 4096), (minus1024, .max, 4096),
            // More than there is at all.
            (5001, 5000, 4096),
            // A size that is not known: FUSE without a statfs, tmpfs without a limit.
            (0, 0, 4096), (0, 0, 0), (10, 0, 4096),
        ] as [(UInt64, UInt64, UInt64)])
    func senseless(available: UInt64, blocks: UInt64, unit: UInt64) {
        #expect(bytes(available, of: blocks, unit: unit) == nil)
    }

    @Test("where the unit is 0, blocks are meant; where both are, it is unknown")
    func noUnit() {
        #expect(bytes(10, of: 20, unit: 0, blockSize: 512) == 5120)
        #expect(bytes(10, of: 20, unit: 0, blockSize: 0) == nil)
    }

    @Test("more bytes than can be counted are as many as can be")
    func huge() {
        #expect(bytes(1 << 62, of: 1 << 62) == .max)
        #expect(bytes(1 << 60, of: 1 << 61, unit: 1 << 20) == .max)
        #expect(bytes(1 << 51, of: 1 << 52) == .max)
    }

    @Test(
        "inodes are lacking where there are some, and none is free",
        arguments: [(0, 60, true), (1, 60, false), (0, 0, false)] as [(UInt64, UInt64, Bool)])
    func inodes(available: UInt64, total: UInt64, areLacking: Bool) {
        let space = FreeSpace(
            available: 10, blocks: 20, unit: 4096, blockSize: 4096, inodes: (available: available, total: total))
        #expect(space == FreeSpace(bytes: 40_960, lacksInodes: areLacking))
    }

    @Test("a folder that is not there yet has the room of the nearest one above it")
    func nearest() throws {
        let folder = try TemporaryFolder()
        let there = try #require(FreeSpace(for: folder.path).bytes)
        let below = try #require(FreeSpace(for: folder.path + "/a/b/c").bytes)
        #expect(abs(there - below) < 1 << 30)
        #expect(FreeSpace(for: "no/such/folder").bytes != nil)
    }

    @Test("where a file or a loop of links is in the way, it is unknown")
    func unreachable() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "file")
        symlink("loop", folder.file("loop").path)
        #expect(FreeSpace(for: folder.path + "/file/a") == .unknown)
        #expect(FreeSpace(for: folder.path + "/loop/a") == .unknown)
    }

    @Test("what is not a folder at all is unknown")
    func noFolder() { #expect(FreeSpace(of: -1) == .unknown) }
}
