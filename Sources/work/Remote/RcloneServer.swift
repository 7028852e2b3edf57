internal import Glibc
package import Inventory
internal import POSIX
internal import Synchronization

/// One rclone that waits for calls (`rclone rcd`), on this machine's loopback and for this process alone: it asks for a
/// password that was made up for it, and that goes by its environment, where no other user can see it. It ends with
/// this process, however that ends.
package final class RcloneServer {
    /// Where it takes calls, with the password.
    let address: String
    private let process: pid_t
    private let printed: PrintedLines
    private var hasEnded = false

    private static let longestStart = 30.0

    /// Debian's package of rclone knows no Unix socket yet, so it listens on a port that the kernel chooses, and tells
    /// which.
    private static let words = [
        "setpriv", "--pdeathsig", "KILL", "--", "rclone", "rcd", "--rc-addr", "127.0.0.1:0", "--ask-password=false",
        // A call lasts as long as its file: by default it would be cut off after an hour.
        "--rc-server-read-timeout", "1000h", "--rc-server-write-timeout", "1000h",
    ]

    /// Starts it, and waits until it listens.
    ///
    /// - Parameter environment: more variables for it.
    package init(environment: [String: String] = [:]) throws(RemoteError) {
        guard Self.isInstalled else { throw .noRclone }
        var generator = SystemRandomNumberGenerator()
        let password = (0..<4).map { _ in String(generator.next(), radix: 36) }.joined()
        var variables = environment
        (variables["RCLONE_RC_USER"], variables["RCLONE_RC_PASS"]) = ("tf-store", password)
        do throws(SystemError) {
            let (reading, writing) = try File.pipe()
            process = try ChildProcess.start(Self.words, environment: variables, printingTo: writing.descriptor)
            printed = PrintedLines(reading)
        } catch { throw .cannotStart(error.description) }
        guard let line = printed.wait(for: "http://127.0.0.1:", seconds: Self.longestStart),
            let start = line.firstRange(of: "http://")?.lowerBound
        else {
            kill(-process, SIGKILL)
            _ = ChildProcess.wait(for: process)
            throw .cannotStart(RemoteMessage.harmless(printed.last ?? "it says nothing"))
        }
        let port = line[start...].dropFirst("http://127.0.0.1:".count).prefix { $0.isNumber }
        address = "http://tf-store:\(password)@127.0.0.1:\(port)/"
    }

    private static var isInstalled: Bool {
        let folders = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return folders.split(separator: ":").contains { access("\($0)/rclone", X_OK) == 0 }
    }

    /// Ends it at once: what it was sending is not in the store.
    package func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(-process, SIGKILL)
        _ = ChildProcess.wait(for: process)
    }

    deinit { end() }
}

/// What a child prints, read by a thread as it comes, so that the child never waits for a reader.
private final class PrintedLines: Sendable {
    private struct State {
        var lines: [String] = []
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let news = Event()

    /// The last lines are kept.
    private static let most = 20

    init(_ file: File) {
        _ = WorkerThread { [self] in
            var rest: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while let count = try? chunk.withUnsafeMutableBytes({ bytes throws(SystemError) in
                try Descriptor.read(file.descriptor, into: bytes)
            }), count > 0 {
                rest += chunk[..<count]
                while let end = rest.firstIndex(of: 0x0A) {
                    add(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
                if rest.count > 1 << 16 { rest = [] }
            }
            state.withLock { $0.hasEnded = true }
            news.signal()
        }
    }

    private func add(_ line: String) {
        state.withLock { state in
            state.lines.append(line)
            if state.lines.count > Self.most { state.lines.removeFirst() }
        }
        news.signal()
    }

    var last: String? { state.withLock { $0.lines.last { !$0.isEmpty } } }

    /// The first line with a text in it; nil where the child ends before it prints one, or it takes too long.
    func wait(for text: String, seconds: Double) -> String? {
        let deadline = SystemClock().monotonic + seconds
        while true {
            let (found, hasEnded) = state.withLock { state in
                (state.lines.first { $0.contains(text) }, state.hasEnded)
            }
            let left = deadline - SystemClock().monotonic
            if found != nil || hasEnded || left <= 0 { return found }
            if !Descriptor.waitForAny([news.descriptor], seconds: left).isEmpty { news.wait() }
        }
    }
}
