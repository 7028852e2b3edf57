import ArgumentParser
import Glibc
import POSIX
import Progress
import ToolSupport

/// How the progress is shown, on standard error.
enum ProgressKind: String, ExpressibleByArgument, CaseIterable {
    /// A display that redraws itself, on a terminal; a line now and then elsewhere.
    case automatic = "auto"
    case bar, plain, json, none

    /// What shows it; nil for nothing.
    func outlet(_ diagnostics: Diagnostics) -> ProgressOutlet? {
        switch self {
        case .none: nil
        case .plain: ProgressOutlet(PlainRenderer(), to: MessageSink(diagnostics: diagnostics))
        case .bar: ProgressOutlet(Self.barRenderer, to: StandardErrorSink())
        case .json: ProgressOutlet(JSONRenderer(process: getpid()), to: StandardErrorSink())
        case .automatic: (Self.canRedraw ? Self.bar : .plain).outlet(diagnostics)
        }
    }

    private static var canRedraw: Bool { Descriptor.isTerminal(STDERR_FILENO) && Environment["TERM"] != "dumb" }

    private static var barRenderer: BarRenderer {
        BarRenderer(colors: Environment["NO_COLOR"] == nil) { Descriptor.windowSize(STDERR_FILENO) ?? (80, 24) }
    }
}

/// Takes what a renderer has written.
protocol ProgressSink {
    func take(_ text: String)

    /// The last one, which stays.
    func takeLast(_ text: String)
}

/// Messages, so that they reach the log as well.
struct MessageSink: ProgressSink {
    let diagnostics: Diagnostics

    func take(_ text: String) { diagnostics.say(text) }

    func takeLast(_ text: String) { take(text) }
}

/// Text is left out where nobody reads on, as on a terminal that was stopped by Ctrl-S.
struct StandardErrorSink: ProgressSink {
    /// Milliseconds that the end of the run waits for a reader.
    private static let longestFarewell: CInt = 400

    /// Transfers do not wait for a display.
    func take(_ text: String) { write(text, within: 0) }

    func takeLast(_ text: String) { write(text, within: Self.longestFarewell) }

    private func write(_ text: String, within milliseconds: CInt) {
        guard Descriptor.isWritable(STDERR_FILENO, within: milliseconds) else { return }
        // A display that nobody can see any more is no reason to stop.
        Array(text.utf8).withUnsafeBytes { bytes in try? Descriptor.write(STDERR_FILENO, bytes) }
    }
}
