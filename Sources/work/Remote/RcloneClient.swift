internal import Curl
package import Inventory
internal import NDJSON
internal import POSIX
internal import Records

/// What a store is asked for, and what it answers. rclone is behind it, and in tests a script.
package protocol RemoteCalls: AnyObject {
    /// Begins a call; many run at one time.
    func start(_ call: RemoteCall, number: Int)

    /// A call that has ended.
    func nextEnded() -> (number: Int, answer: RemoteAnswer)?

    /// Waits until a call may have ended, one of the descriptors can be read, or the time has passed. Returns which of
    /// the descriptors can be read.
    func wait(_ descriptors: [Int32], seconds: Double) -> [Int32]

    /// Ends all calls at once.
    func end()
}

/// A call of rclone's remote control (rclone.org/rc), as far as it is used here.
package enum RemoteCall: Equatable, Sendable {
    /// What is known of the store, which asks nobody.
    case info(RemotePlace)
    /// Size and hashes of a file; nothing where there is none.
    case stat(RemotePlace, path: String, hashes: Bool)
    /// Sends a file of a folder on, unless the store has it. rclone compares size and hash afterwards.
    case copy(folder: String, from: String, RemotePlace, path: String)
    case remove(RemotePlace, path: String)
}

package enum RemoteAnswer: Equatable, Sendable {
    /// With rclone's JSON.
    case done([UInt8])
    /// In rclone's words.
    case failed(String)
    /// rclone itself is gone.
    case gone(String)
}

extension RemoteCall {
    private enum Name: UInt8, FieldName {
        case fs, remote, opt, showHash, hashTypes, noModTime, noMimeType, filesOnly
        case srcFs, srcRemote, dstFs, dstRemote, config, checkSum, noUpdateModTime

        static let names: [String] = allCases.map { name in
            switch name {
            case .config: "_config"
            case .checkSum: "CheckSum"
            case .noUpdateModTime: "NoUpdateModTime"
            default: String(describing: name)
            }
        }
    }

    /// Its name in the address.
    var name: String {
        switch self {
        case .info: "operations/fsinfo"
        case .stat: "operations/stat"
        case .copy: "operations/copyfile"
        case .remove: "operations/deletefile"
        }
    }

    var body: [UInt8] {
        var buffer = LineBuffer()
        buffer.open()
        switch self {
        case .info(let place): buffer.add(Name.fs, place.description)
        case .stat(let place, let path, let hashes):
            buffer.add(Name.fs, place.description)
            buffer.add(Name.remote, path)
            buffer.add(object: Name.opt) { options in
                options.add(Name.noModTime, true)
                options.add(Name.noMimeType, true)
                options.add(Name.filesOnly, true)
                if hashes {
                    options.add(Name.showHash, true)
                    options.add(Name.hashTypes, ["MD5", "SHA-256"])
                }
            }
        case .copy(let folder, let from, let place, let path):
            buffer.add(Name.srcFs, folder)
            buffer.add(Name.srcRemote, from)
            buffer.add(Name.dstFs, place.description)
            buffer.add(Name.dstRemote, path)
            buffer.add(object: Name.config) { options in
                // By its hash, where the store tells one: a file that was fetched twice has two times.
                options.add(Name.checkSum, true)
                options.add(Name.noUpdateModTime, true)
            }
        case .remove(let place, let path):
            buffer.add(Name.fs, place.description)
            buffer.add(Name.remote, path)
        }
        buffer.close()
        return buffer.bytes
    }
}

/// Calls of an `RcloneServer`, each over a connection of its own while it lasts.
package final class RcloneClient: RemoteCalls {
    private let server: RcloneServer
    private let loop: MultiHandle
    private let settings: TransferSettings
    private var idle: [EasyHandle] = []

    /// - Parameter parallel: how many calls run at one time.
    package init(_ server: RcloneServer, parallel: Int) {
        self.server = server
        loop = MultiHandle(connections: parallel, clock: SystemClock())
        var settings = TransferSettings(
            userAgent: "tf-store", connectTimeout: 30, wholeTimeout: 1e9, stallTimeout: 0, stallSpeed: 0)
        settings.hasProxy = false
        settings.httpVersion = .one
        settings.bufferSize = TransferSettings.smallBuffer
        self.settings = settings
    }

    package func start(_ call: RemoteCall, number: Int) {
        var request = TransferRequest(url: Array((server.address + call.name).utf8))
        request.method = .post(call.body)
        request.headers = ["Content-Type: application/json", "Expect:"]
        let transfer = idle.popLast() ?? EasyHandle(settings)
        transfer.prepare(request, receiver: CallAnswer(number))
        loop.add(transfer)
    }

    package func nextEnded() -> (number: Int, answer: RemoteAnswer)? {
        loop.perform()
        guard let (transfer, receiver, failure) = loop.nextEnded(), let answer = receiver as? CallAnswer else {
            return nil
        }
        defer {
            loop.remove(transfer)
            idle.append(transfer)
        }
        if let failure { return (answer.number, .gone(failure.words)) }
        if transfer.httpStatus == 200 { return (answer.number, .done(answer.body)) }
        return (answer.number, .failed(answer.error ?? "rclone answers \(transfer.httpStatus)"))
    }

    package func wait(_ descriptors: [Int32], seconds: Double) -> [Int32] {
        var watched = descriptors.map { MultiHandle.Watched($0) }
        loop.wait(&watched, milliseconds: Int32(min(max(seconds, 0), 3600) * 1000))
        return watched.filter(\.isReady).map(\.descriptor)
    }

    package func end() {
        loop.removeAll()
        server.end()
    }
}

/// Gathers the answer of one call.
private final class CallAnswer: AnswerReceiver {
    let number: Int
    private(set) var body: [UInt8] = []

    private static let longest = 1 << 24

    private enum Name: UInt8, FieldName {
        case error

        static let names = ["error"]
    }

    init(_ number: Int) { self.number = number }

    func receive(header: UnsafeRawBufferPointer) {}

    func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
        body += bytes
        return body.count <= Self.longest
    }

    /// What rclone says of a call that failed.
    var error: String? {
        let line = LineScanner<Name>()
        guard (try? line.scan(body)) != nil else { return nil }
        return line.string(ifAny: .error).map { RemoteMessage.harmless($0) }
    }
}
