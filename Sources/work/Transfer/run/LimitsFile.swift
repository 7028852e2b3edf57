internal import Glibc
internal import POSIX

/// The file of `--limits`: whoever wants other limits replaces it whole, and removes it where the options are to count
/// again.
package final class LimitsFile {
    private let path: String
    /// Of the file that was read last.
    private var seen: [Int64]?

    /// Why it could not be read, as it was told.
    private var trouble: String?

    private static let longest = 4096

    package init(_ path: String) { self.path = path }

    /// What is in it, where it is another file than last time; nothing where it is gone.
    ///
    /// - Throws: once, where it cannot be read.
    package func news() throws(LimitError) -> String? {
        do throws(SystemError) {
            let text = try read()
            trouble = nil
            return text
        } catch {
            guard error.reason != trouble else { return nil }
            trouble = error.reason
            throw LimitError("'\(path)': \(error.reason)")
        }
    }

    private func read() throws(SystemError) -> String? {
        let file: File
        do throws(SystemError) { file = try File(reading: path) } catch {
            // Only one that was removed takes its limits back.
            guard error.code == ENOENT else { throw error }
            defer { seen = nil }
            return seen == nil ? nil : ""
        }
        let status = try file.status()
        let stamp = [
            Int64(status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec),
        ]
        guard stamp != seen else { return nil }
        let bytes = try file.readAll(limit: Self.longest)
        seen = stamp
        return String(decoding: bytes, as: UTF8.self)
    }
}
