package import Foundation
internal import Glibc

extension Process {
    /// Runs it with no signal blocked, as a shell would. The threads of the tests have most of them blocked, and a
    /// child inherits that: it could not be told to end, and a shell would not hear of its own children.
    package func runUnblocked() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
