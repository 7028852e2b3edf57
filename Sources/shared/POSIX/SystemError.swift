internal import Glibc

/// A system call that failed: which one, on what, and the error number saved in the same breath.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    package let code: CInt
    /// What was being done, as it reads in a message: `cannot open 'pk.pem'`.
    package let action: String

    package init(_ action: String, code: CInt = errno) {
        self.code = code
        self.action = action
    }

    /// The system's words for the error number: `No space left on device`.
    package var reason: String { Self.reason(code) }

    /// Whether no one reads any more what was to be written.
    package var isBrokenPipe: Bool { code == EPIPE }

    /// Whether there is no such file.
    package var isMissingFile: Bool { code == ENOENT || code == ENOTDIR }

    package var description: String { "\(action): \(reason)" }

    package static func reason(_ code: CInt) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}

/// Calls until the result is not EINTR (signal(7): a handler without SA_RESTART, or a stopped and continued process).
package func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
