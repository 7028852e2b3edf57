internal import Glibc
package import Inventory
package import POSIX
internal import Records

/// What can be known of a store before anything is sent to it.
package struct RemoteCheck {
    private let calls: any RemoteCalls
    private let place: RemotePlace
    private let clock: any Clock

    /// A name that no record has: they do not begin with the folder of a job's state.
    private static let probe = "\(RecordPath.stateFolder)-check"
    /// Seconds.
    static let longestAnswer = 120.0

    package init(_ calls: any RemoteCalls, _ place: RemotePlace, clock: any Clock) {
        (self.calls, self.place, self.clock) = (calls, place, clock)
    }

    /// Whether there is such a remote, and it lets us in. A fault that may pass is not one yet.
    package func look() throws(StoreFault) {
        if case .failed(let words) = calls.answer(to: .info(place), clock) {
            let fault = StoreFault(words)
            if Self.isUnknown(words) {
                throw StoreFault(
                    .standing, .badRequest, "\(words): 'rclone listremotes' lists the remotes that there are")
            }
            guard fault.kind == .passing else { throw fault }
        }
        do throws(StoreFault) { _ = try ask(.stat(place, path: Self.probe, hashes: false)) } catch {
            guard error.kind == .passing else { throw error }
        }
    }

    /// Whether the remote was named wrongly: these rclone decides alone.
    private static func isUnknown(_ words: String) -> Bool {
        ["didn't find section", "didn't find backend", "is a file not a directory"].contains { words.contains($0) }
    }

    /// Writes a file of one byte, checks that it is there, and removes it.
    package func write() throws(StoreFault) {
        let folder: String
        do throws(SystemError) { folder = try Self.makeProbe() } catch {
            throw StoreFault(.own, .ioError, error.description)
        }
        defer { rmdir(folder) }
        defer { unlink("\(folder)/probe") }
        _ = try ask(.copy(folder: folder, from: "probe", place, path: Self.probe))
        guard StoredFile(try ask(.stat(place, path: Self.probe, hashes: false)))?.size ?? 0 != 0 else {
            throw StoreFault(.standing, .storeFailed, "the store took a file, and does not have it")
        }
        _ = try ask(.remove(place, path: Self.probe))
    }

    private static func makeProbe() throws(SystemError) -> String {
        var name = Array("/tmp/tf-store.XXXXXX".utf8CString)
        guard unsafe name.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw SystemError("cannot make a folder in '/tmp'")
        }
        let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = try File(appendingTo: "\(folder)/probe")
        try [0x0A].withUnsafeBufferPointer { bytes throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        return folder
    }

    private func ask(_ call: RemoteCall) throws(StoreFault) -> [UInt8] {
        switch calls.answer(to: call, clock) {
        case .done(let body): return body
        case .failed(let words): throw StoreFault(words)
        case .gone(let words): throw StoreFault(.standing, .storeDown, RemoteError.gone(words).description)
        }
    }
}
