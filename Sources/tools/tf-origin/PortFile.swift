import Glibc
import POSIX

/// A file that tells others the port. It is put in place whole: who sees it can read the port from it.
enum PortFile {
    static func write(_ port: Int, to path: String) throws(SystemError) {
        let draft = "\(path).\(getpid())"
        do throws(SystemError) {
            try write(Array("\(port)\n".utf8), toNew: draft)
            guard rename(draft, path) == 0 else { throw SystemError("cannot write '\(path)'") }
        } catch {
            unlink(draft)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], toNew path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError("cannot write '\(path)'") }
        let file = File(owning: descriptor)
        try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try Descriptor.write(file.descriptor, UnsafeRawBufferPointer(buffer))
        }
    }
}
