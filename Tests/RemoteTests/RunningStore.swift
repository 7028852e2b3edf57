import Foundation
import TestSupport

/// `rclone serve webdav` over a folder, on a port of the kernel's choice. It ends with the value.
final class RunningStore {
    let port: Int
    private let process = Process()

    init(_ folder: URL, options: [String] = [], port: Int = 0) throws {
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["setpriv", "--pdeathsig", "KILL", "--", "rclone", "serve", "webdav", "--addr", "127.0.0.1:\(port)"]
            + options
            + [folder.path]
        process.environment = ProcessInfo.processInfo.environment.merging(["RCLONE_CONFIG": "/dev/null"]) { $1 }
        process.standardError = errors
        try process.runUnblocked()
        while true {
            guard let line = try RunningTool.nextLine(of: errors.fileHandleForReading) else {
                throw WaitedInVain(description: "rclone serves nothing")
            }
            guard let address = line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/) else { continue }
            self.port = Int(address.1) ?? 0
            return
        }
    }

    /// What makes rclone call it `dav:`.
    var environment: [String: String] {
        [
            "RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_DAV_TYPE": "webdav",
            "RCLONE_CONFIG_DAV_URL": "http://127.0.0.1:\(port)",
        ]
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { if process.isRunning { kill() } }
}
