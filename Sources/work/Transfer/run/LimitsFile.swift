internal import Glibc
internal import POSIX

/// The file of `--limits`: whoever wants other limits replaces it whole, and removes it where the options are to count
/// again.
package final class LimitsFile {
    private let path: String
    /// Of the file that was read last.
    private var seen: [Int64]?

    private static let longest = 4096

    package init(_ path: String) { self.path = path }

    /// What is in it, where it is another file than last time; nothing where it is gone.
    package func news() -> String? {
        guard let file = try? File(reading: path), let status = try? file.status() else {
            defer { seen = nil }
            return seen == nil ? nil : ""
        }
        let stamp = [
            Int64(status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
        ]
        guard stamp != seen else { return nil }
        seen = stamp
        // One that cannot be read is not a limit, and is told as one.
        guard let bytes = try? file.readAll(limit: Self.longest) else { return path }
        return String(decoding: bytes, as: UTF8.self)
    }
}
