internal import Glibc
package import Inventory
package import POSIX

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
        "rcd", "--rc-addr", "127.0.0.1:0",
        // A call lasts as long as its file: by default it would be cut off after an hour.
        "--rc-server-read-timeout", "1000h", "--rc-server-write-timeout", "1000h",
    ]

    /// Starts it, and waits until it listens.
    ///
    /// - Parameters:
    ///   - environment: more variables for it.
    ///   - signals: it is not waited for any more when one has come.
    package init(environment: [String: String] = [:], signals: StopSignals) throws(RemoteError) {
        guard Rclone.isInstalled else { throw .noRclone }
        var generator = SystemRandomNumberGenerator()
        let password = (0..<4).map { _ in String(generator.next(), radix: 36) }.joined()
        var variables = environment.merging(Rclone.environment) { $1 }
        (variables["RCLONE_RC_USER"], variables["RCLONE_RC_PASS"]) = ("tf-store", password)
        do throws(SystemError) {
            let (reading, writing) = try File.pipe()
            process = try ChildProcess.start(
                Rclone.words(Self.words), environment: variables, printingTo: writing.descriptor,
                errors: writing.descriptor)
            printed = PrintedLines(reading)
        } catch { throw .cannotStart(error.description) }
        guard
            let line = printed.wait(
                for: "http://127.0.0.1:", seconds: Self.longestStart, unless: [signals.descriptor]),
            let start = line.firstRange(of: "http://")?.lowerBound
        else {
            kill(-process, SIGKILL)
            _ = ChildProcess.wait(for: process)
            throw .cannotStart(RemoteMessage.harmless(printed.last ?? "it says nothing"))
        }
        let port = line[start...].dropFirst("http://127.0.0.1:".count).prefix { $0.isNumber }
        address = "http://tf-store:\(password)@127.0.0.1:\(port)/"
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
