internal import POSIX

/// Which start of the machine this is (random(4)): what a part held before another one may never have reached the disk.
package enum BootID {
    package static func read() -> String {
        let bytes = (try? File(reading: "/proc/sys/kernel/random/boot_id"))?.firstLine ?? []
        return bytes.isEmpty ? "unknown" : String(decoding: bytes, as: UTF8.self)
    }
}
