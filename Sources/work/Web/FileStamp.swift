internal import Glibc
internal import POSIX

/// Which file it is, how long, and when it was written: files that are replaced whole have a new one each time.
struct FileStamp: Equatable {
    let text: String
    /// Unix seconds.
    let modified: Double
    let isEmpty: Bool

    /// Nil where there is no such file.
    init?(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            let status = try File(reading: path).status()
            let (size, time) = (Int64(status.st_size), status.st_mtim)
            text = [Int64(bitPattern: UInt64(status.st_ino)), size, Int64(time.tv_sec), Int64(time.tv_nsec)]
                .map { String($0, radix: 36) }.joined(separator: ".")
            modified = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
            isEmpty = size == 0
        } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }
}
