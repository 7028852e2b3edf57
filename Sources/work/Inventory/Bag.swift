internal import Glibc
package import POSIX
internal import Records
package import Store

/// A bag (RFC 8493): a folder whose files can be checked anywhere, by any validator. The files themselves are not copied:
/// those of the bag are further names of them.
package final class Bag {
    private let root: Folder
    private let data: OutputFolder
    private let files: OutputFolder
    private let agent: String
    private var manifest: [UInt8] = []
    private var hash: RunningHash
    private let output: File
    private var (count, bytes) = (0, Int64(0))

    /// - Parameters:
    ///   - path: a new folder, or an empty one: else ENOTEMPTY.
    ///   - files: on the file system of the bag: else EXDEV.
    ///   - agent: what makes the bag, for its description.
    package init(_ path: String, of files: OutputFolder, by agent: String) throws(SystemError) {
        let place = try OutputFolder(path)
        root = try Folder(path)
        guard try root.names().isEmpty else {
            throw SystemError("cannot make a bag of '\(path)'", code: ENOTEMPTY)
        }
        guard place.device == files.device else {
            throw SystemError("cannot make a bag of '\(path)'", code: EXDEV)
        }
        _ = try root.makeFolder("data")
        data = try OutputFolder(path + "/data")
        (self.files, self.agent) = (files, agent)
        hash = try Self.newHash()
        output = try root.open("manifest-sha256.txt", .creating)
    }

    private static func newHash() throws(SystemError) -> RunningHash {
        do throws(TryError) { return try RunningHash([], and: .sha256) } catch {
            throw SystemError(error.message, code: ENOSYS)
        }
    }

    package func add(_ entry: HashedFiles.Entry) throws(SystemError) {
        var code = EIO
        do throws(TryError) {
            guard let source = try files.folder(of: entry.place, making: false),
                let target = try data.folder(of: entry.path, making: true)
            else { return }
            do throws(SystemError) {
                try source.addName(entry.place.name, in: target, entry.path.name, movesIfNeeded: false)
            } catch {
                guard !error.meansNoHardLink else {
                    code = error.code
                    throw TryError(.ioError, "this file system has no hard links, or does not allow one")
                }
                throw TryError(disk: error, at: .newEntry)
            }
        } catch { throw SystemError("'\(entry.path)': \(error.message)", code: code) }
        manifest += Array("\(entry.sha256)  data/\(Self.escaped(entry.path.text))\n".utf8)
        (count, bytes) = (count + 1, bytes.addingWithoutOverflow(entry.bytes))
        if manifest.count >= 1 << 16 { try flush() }
    }

    /// Line ends and the escape itself are written as in a URL (RFC 8493, section 2.1.3). Byte by byte: what looks like one
    /// character may begin with an escape.
    private static func escaped(_ path: String) -> String {
        path.escaped { [0x0A: "%0A", 0x0D: "%0D", UInt8(ascii: "%"): "%25"][$0] }
    }

    private var written: Int64 = 0

    private func flush() throws(SystemError) {
        manifest.withUnsafeBytes { hash.update($0) }
        try Self.write(manifest, to: output, at: written)
        written += Int64(manifest.count)
        manifest.removeAll(keepingCapacity: true)
    }

    private static func write(_ bytes: [UInt8], to file: File, at offset: Int64) throws(SystemError) {
        try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: offset)
        }
    }

    /// Writes what describes the bag. Last comes what makes the folder one: a bag that was broken off is none.
    ///
    /// - Parameter date: of today, as `2026-11-28`.
    package func finish(date: String) throws(SystemError) {
        try flush()
        let info = "Bag-Software-Agent: \(agent)\nBagging-Date: \(date)\nPayload-Oxum: \(bytes).\(count)\n"
        let declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        var tags = "\(Hexadecimal.text(hash.finish()[.sha256] ?? []))  manifest-sha256.txt\n"
        for (name, text) in [("bag-info.txt", info), ("bagit.txt", declaration)] {
            var digest = try Self.newHash()
            Array(text.utf8).withUnsafeBytes { digest.update($0) }
            tags += "\(Hexadecimal.text(digest.finish()[.sha256] ?? []))  \(name)\n"
        }
        for (name, text) in [
            ("bag-info.txt", info), ("tagmanifest-sha256.txt", tags), ("bagit.txt", declaration),
        ] {
            try Self.write(Array(text.utf8), to: try root.open(name, .creating), at: 0)
        }
        try root.syncFileSystem()
    }
}

extension String {
    /// The text with some of its bytes written otherwise.
    package func escaped(_ escape: (UInt8) -> String?) -> String {
        var bytes: [UInt8] = []
        for byte in utf8 { if let text = escape(byte) { bytes += text.utf8 } else { bytes.append(byte) } }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Int64 {
    fileprivate func addingWithoutOverflow(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
