internal import Glibc
package import Inventory
package import POSIX
internal import Records

/// What can be known of a store before anything is sent to it.
package struct RemoteCheck {
    private let calls: CallsInTurn
    private let place: RemotePlace
    /// A name that no record has: they do not begin with the folder of a job's state. Nor has another check that runs.
    private let probe: String

    /// Before those of a run, which are counted from 0.
    private static let firstNumber = -100

    package init(_ calls: any RemoteCalls, _ place: RemotePlace, clock: any Clock, signals: StopSignals?) {
        self.calls = CallsInTurn(calls, clock: clock, signals: signals, after: Self.firstNumber)
        self.place = place
        var generator = SystemRandomNumberGenerator()
        probe = "\(RecordPath.stateFolder)-check-\(String(generator.next(), radix: 36))"
    }

    /// Whether there is such a remote, and it lets us in. A fault that may pass is not one yet.
    package func look() throws(StoreFault) {
        if case .failed(let words) = calls.answer(to: .info(place)) {
            let fault = fault(words)
            guard fault.kind == .passing else { throw fault }
        }
        do throws(StoreFault) { _ = try ask(.stat(place, path: probe, hashes: false)) } catch {
            guard error.kind == .passing else { throw error }
        }
    }

    /// Writes a file of one byte, checks that it is there, and removes it.
    package func write() throws(StoreFault) {
        let folder: String
        do throws(SystemError) { folder = try Self.makeProbe() } catch {
            throw StoreFault(.own, .ioError, error.description)
        }
        defer { rmdir(folder) }
        defer { unlink("\(folder)/probe") }
        _ = try ask(.copy(folder: folder, from: "probe", place, path: probe))
        guard StoredFile(try ask(.stat(place, path: probe, hashes: false)))?.size ?? 0 != 0 else {
            throw StoreFault(.standing, .storeFailed, "the store took a file, and does not have it")
        }
        _ = try ask(.remove(place, path: probe))
    }

    private static func makeProbe() throws(SystemError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(parent)/tf-store.XXXXXX".utf8CString)
        guard unsafe name.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress!) }) != nil else {
            throw SystemError("cannot make a folder in '\(parent)'")
        }
        let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let file = try File(appendingTo: "\(folder)/probe")
        try [0x0A].withUnsafeBufferPointer { bytes throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        return folder
    }

    private func fault(_ words: String) -> StoreFault { StoreFault(words, about: [probe, place.description]) }

    private func ask(_ call: RemoteCall) throws(StoreFault) -> [UInt8] {
        switch calls.answer(to: call) {
        case .done(let body): return body
        case .failed(let words): throw fault(words)
        case .gone(let words): throw StoreFault(.standing, .storeDown, RemoteError.gone(words).description)
        }
    }
}
