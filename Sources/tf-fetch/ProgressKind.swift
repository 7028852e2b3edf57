import ArgumentParser
import POSIX
import Transfer

/// How the progress is shown, on standard error.
enum ProgressKind: String, ExpressibleByArgument, CaseIterable {
    /// A display that redraws itself, on a terminal; a line now and then elsewhere.
    case automatic = "auto"
    case bar, plain, none

    func display(total: Int?) -> (any ProgressDisplay)? {
        switch self {
        case .none: nil
        case .plain: PlainProgress(total: total)
        case .bar: TerminalProgress(total: total)
        case .automatic: Descriptor.isTerminal(2) ? TerminalProgress(total: total) : PlainProgress(total: total)
        }
    }
}

/// A display of the progress that can be taken down.
protocol ProgressDisplay: FetchObserver {
    /// Leaves standard error as it should stand after the run.
    func close()
}
