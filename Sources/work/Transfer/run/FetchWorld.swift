internal import NDJSON
package import POSIX
package import Store
internal import Synchronization

/// The doors through which a run meets the world: in production those of this machine, in a test those of a world that
/// the test has made up. Whatever a run sees or does passes through one of them.
package struct FetchWorld {
    package var clock: any Clock
    /// Numbers in 0 ..< 1.
    package var random: () -> Double
    package var output: OutputFolder
    package var input: any RecordSource
    package var results: any ResultSink
    package var signals: any SignalSource
    /// The network; called once for each loop.
    package var makeTransport: () -> any Transport
    /// Whether further loops, results and hashes get threads of their own. Without them a run is the same each time.
    package var hasThreads: Bool
    /// The ID of this start of the machine: what a part got before another one may never have reached the disk.
    package var bootID: String
    /// The day and time of a moment in Unix seconds, where the user is.
    package var wallTime: (Double) -> WallTime = WallTime.local
    /// The limits that somebody else has told, as the text of `LimitValues`, where they are others than last time.
    package var newLimits: () -> String? = { nil }
    /// Where files go that are replaced; nil: nowhere.
    package var oldFiles: OldFiles?

    package init(
        clock: any Clock, random: @escaping () -> Double, output: OutputFolder, input: any RecordSource,
        results: any ResultSink, signals: any SignalSource, makeTransport: @escaping () -> any Transport,
        hasThreads: Bool, bootID: String
    ) {
        self.clock = clock
        self.random = random
        self.output = output
        self.input = input
        self.results = results
        self.signals = signals
        self.makeTransport = makeTransport
        self.hasThreads = hasThreads
        self.bootID = bootID
    }
}

extension FetchWorld {
    /// This machine.
    ///
    /// - Parameters:
    ///   - input: the descriptor that lines come from.
    ///   - signals: SIGCONT is among them.
    package init(
        _ settings: FetchSettings, output: OutputFolder, input: Int32, results: any ResultSink, signals: StopSignals
    ) {
        let clock = ProcessClock()
        self.init(
            clock: clock, random: { Double.random(in: 0..<1) }, output: output,
            input: DescriptorSource(input, refreshing: settings.refreshes), results: results, signals: signals,
            makeTransport: {
                CurlTransport(settings.transfer, connections: settings.connectionsOfLoop, clock: clock)
            },
            hasThreads: true, bootID: BootID.read())
    }
}

/// Where the stop signals come from.
package protocol SignalSource: AnyObject {
    /// Readable while there is a signal.
    var descriptor: Int32 { get }

    /// The next signal that has come, if any.
    func next() -> Int32?
}

extension StopSignals: SignalSource {}

/// Where result lines go to.
package protocol ResultSink: Sendable {
    /// Whether what is there ends within a line.
    var endsTorn: Bool { get }

    /// Writes whole lines.
    func write(_ lines: UnsafeRawBufferPointer) throws(SystemError)

    /// Whether a write is under way that lasts as long as a reader likes: what is begun meanwhile is more than he wants.
    var isWaitingForReader: Bool { get }
}

extension ResultSink {
    package var isWaitingForReader: Bool { false }
}

/// A file, pipe or terminal.
package final class DescriptorSink: ResultSink {
    private let descriptor: Int32
    private let isPipe: Bool
    private let isWriting = Atomic(false)

    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
        isPipe = Descriptor.isPipe(descriptor)
    }

    package var endsTorn: Bool { Descriptor.endsTorn(descriptor) }

    package var isWaitingForReader: Bool { isWriting.load(ordering: .relaxed) }

    package func write(_ lines: UnsafeRawBufferPointer) throws(SystemError) {
        guard isPipe else { return try Descriptor.write(descriptor, lines) }
        isWriting.store(true, ordering: .relaxed)
        defer { isWriting.store(false, ordering: .relaxed) }
        try Descriptor.write(descriptor, lines)
    }
}
