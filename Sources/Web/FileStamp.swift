internal import Glibc
internal import POSIX

/// Which file it is, how long, and when it was written: files that are replaced whole have a new one each time.
struct FileStamp: Equatable {
    let text: String
    /// Unix seconds.
    let modified: Double

    /// Nil where there is no such file.
    init?(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            let status = try File(reading: path).status()
            text = [UInt64(status.st_ino), UInt64(status.st_size), UInt64(status.st_mtim.tv_sec), UInt64(status.st_mtim.tv_nsec)]
                .map { String($0, radix: 36) }.joined(separator: ".")
            modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
        } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }
}
