internal import Glibc
package import POSIX

/// The statuses that every tool ends with. A signal N ends a tool as the system does it, which a shell sees as 128 + N.
package enum ToolStatus: Int32, Sendable {
    case success = 0
    /// Some records failed, and the lines say which.
    case someFailed = 1
    /// Wrong use or settings, found before anything was done.
    case usage = 2
    /// The surroundings or the origin refuse to go on.
    case refused = 3

    /// Ends the process with this status.
    package func exit() -> Never { Glibc.exit(rawValue) }
}

/// What ends a tool before its work is done.
package struct ToolFailure: Error {
    package let status: ToolStatus
    /// What is wrong and what to do, without the tool's name.
    package let message: String
    /// A message that helps on: it ends with a command to be copied.
    package let help: String?

    package init(_ status: ToolStatus, _ message: String, help: String? = nil) {
        self.status = status
        self.message = message
        self.help = help
    }

    package static func usage(_ message: String, help: String? = nil) -> ToolFailure {
        ToolFailure(.usage, message, help: help)
    }

    package static func refused(_ message: String) -> ToolFailure { ToolFailure(.refused, message) }

    package static func refused(_ error: SystemError) -> ToolFailure { .refused(error.description) }
}

/// Work on files that have to be there: a call that the system refuses ends the tool.
package func refusing<Result: ~Copyable>(
    _ work: () throws(SystemError) -> Result
) throws(ToolFailure) -> Result {
    do throws(SystemError) {
        return try work()
    } catch {
        throw .refused(error)
    }
}

package enum StandardOutput {
    /// How many columns a table may take: as wide as the terminal, 80 elsewhere, and no table fits into less than 60.
    package static var tableWidth: Int { max(60, Descriptor.windowSize(STDOUT_FILENO)?.columns ?? 80) }

    /// Writes a text that is all that a tool has to say.
    package static func write(_ text: String) throws(ToolFailure) {
        try refusing { () throws(SystemError) in
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(SystemError) in
                try Descriptor.write(STDOUT_FILENO, UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
