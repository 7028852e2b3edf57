internal import Glibc

/// The room that an ordinary user has on a file system, as far as that is known. File systems tell odd figures,
/// those over a network and in user space above all; what cannot be true is unknown, and never a number.
package struct FreeSpace: Equatable, Sendable {
    /// Nil where it is unknown.
    package let bytes: Int64?
    /// Whether it is known that no further file can be made, whatever the bytes.
    package let lacksInodes: Bool

    package static let unknown = FreeSpace(bytes: nil)

    package init(bytes: Int64?, lacksInodes: Bool = false) { (self.bytes, self.lacksInodes) = (bytes, lacksInodes) }

    /// Judges the figures of statvfs(3).
    ///
    /// - Parameters:
    ///   - available: `f_bavail`. Where the reserve of root is in use some file systems give a negative number, which
    ///     is nearly 2^64 in here, or nearly 2^32 where it went over a network.
    ///   - blocks: `f_blocks`, of the whole file system. 0 where its size is not known: FUSE without a `statfs`,
    ///     `tmpfs` without a limit, `/proc`.
    ///   - unit: `f_frsize`, the bytes of a block.
    ///   - blockSize: `f_bsize`, which is meant where `unit` is 0.
    ///   - inodes: `f_favail` and `f_files`. Both are 0 where inodes are not counted, as on Btrfs.
    package init(
        available: UInt64, blocks: UInt64, unit: UInt64, blockSize: UInt64,
        inodes: (available: UInt64, total: UInt64) = (0, 0)
    ) {
        lacksInodes = inodes.available == 0 && inodes.total > 0
        let unit = unit > 0 ? unit : blockSize
        guard unit > 0, blocks > 0, available <= blocks, Int64(exactly: available) != nil else {
            bytes = nil
            return
        }
        let (product, overflows) = available.multipliedReportingOverflow(by: unit)
        // More than can be counted is known to be enough.
        bytes = overflows ? .max : Int64(clamping: product)
    }

    /// Of the file system that an open file or folder is on. A system that refuses to tell (ENOSYS, EOVERFLOW, EACCES,
    /// EIO, ...) leaves it unknown.
    package init(of descriptor: CInt) {
        var status = statvfs()
        guard retryingInterrupts({ unsafe fstatvfs(descriptor, &status) }) == 0 else {
            self = .unknown
            return
        }
        self.init(
            available: UInt64(status.f_bavail), blocks: UInt64(status.f_blocks), unit: UInt64(status.f_frsize),
            blockSize: UInt64(status.f_bsize), inodes: (UInt64(status.f_favail), UInt64(status.f_files)))
    }

    /// Of the file system that a folder is on, or would be on where it is still to be made.
    package init(for path: String) {
        let folder = try? Folder(nearest: path)
        self = folder.map { FreeSpace(of: $0.descriptor) } ?? .unknown
    }
}
