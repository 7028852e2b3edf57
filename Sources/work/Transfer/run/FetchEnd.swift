package import POSIX

/// How a run ended.
package enum FetchEnd: Equatable, Sendable {
    /// The end of the input was reached.
    case complete(failures: Int)
    /// Told to stop by this signal.
    case signal(Int32)
    /// Nobody reads the results any more.
    case readerLeft
    /// The input or the results' file is of no use any more.
    case broken(SystemError)
    /// The disk takes no more files; the trouble's words.
    case disk(String)
    /// Nothing is reachable, or every URL is refused; in these words.
    case hopeless(String)
}
