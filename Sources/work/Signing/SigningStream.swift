internal import NDJSON
package import POSIX

/// Records from one descriptor to another, each signed when there is a place for it.
package struct SigningStream: ~Copyable {
    private var reader: LineReader
    private var output: LineOutput
    private let outputDescriptor: Int32
    private let isPipe: Bool
    private let team: SigningTeam
    private let clock: any Clock
    /// Whether a record without a place stops the work: not once one has shown that not all of them need the base URL.
    private var isStoppedByNoPlace: Bool

    package private(set) var failures = 0

    /// A page: what fits into a pipe that was shrunk.
    private static let page = 4096

    /// - Parameter goingOn: the first record without a place fails as any other does, and stops nothing.
    package init(
        from input: Int32, to outputDescriptor: Int32, by team: SigningTeam, goingOn: Bool = false, clock: any Clock
    ) {
        isPipe = Descriptor.isPipe(outputDescriptor)
        if isPipe { Descriptor.shrinkPipe(outputDescriptor) }
        reader = LineReader(input)
        output = LineOutput(outputDescriptor, limit: isPipe ? Self.page : 65536)
        self.outputDescriptor = outputDescriptor
        self.team = team
        isStoppedByNoPlace = !goingOn
        self.clock = clock
    }

    /// Signs to the end of the input.
    package mutating func run() throws(SigningStoppedError) {
        while true {
            if team.hasRoom, let line = reader.buffered() {
                try sign(line)
            } else if team.underWay > 0 {
                try writeNext()
            } else {
                // What was signed is out before this waits for more input.
                try flush()
                guard try asStop({ () throws(SystemError) in try reader.fill() }) else { return }
            }
        }
    }

    private mutating func sign(_ line: RawLine) throws(SigningStoppedError) {
        try waitForRoom()
        let now = try readyTime()
        if let outcome = team.sign(line, at: now, into: &output.buffer) { try note(outcome) }
    }

    /// Writes the record that is next in order, once it is signed.
    private mutating func writeNext() throws(SigningStoppedError) {
        try note(team.next(into: &output.buffer))
    }

    private mutating func note(_ outcome: SigningOutcome) throws(SigningStoppedError) {
        if outcome.hasURL { isStoppedByNoPlace = false }
        if let problem = outcome.noPlace, isStoppedByNoPlace {
            // The lines before are out when the run stops.
            output.buffer.truncate(to: outcome.start)
            try flush()
            throw SigningStoppedError("line \(outcome.number): \(problem)", isOfSettings: true)
        }
        if outcome.hasFailed { failures += 1 }
        try asStop { () throws(SystemError) in try output.lineEnded() }
    }

    /// The time to sign at. Renewing may take a while, or fail: the lines before are out by then.
    private mutating func readyTime() throws(SigningStoppedError) -> Double {
        let now = clock.now
        guard team.signer.needsRenewal(at: now) else { return now }
        while team.underWay > 0 { try writeNext() }
        try flush()
        try team.signer.renew(at: now)
        return clock.now
    }

    /// A URL ages from the moment it is signed. A pipe of one page takes bytes only when it is empty: nothing is signed
    /// before the reader has taken what was signed last, except what several threads have under way.
    private func waitForRoom() throws(SigningStoppedError) {
        guard isPipe && output.buffer.isEmpty else { return }
        try asStop { () throws(SystemError) in try Descriptor.wait(outputDescriptor, for: .writing) }
    }

    private mutating func flush() throws(SigningStoppedError) {
        try asStop { () throws(SystemError) in try output.flush() }
    }
}

/// A failure of the system is the end of the run.
private func asStop<Value>(_ body: () throws(SystemError) -> Value) throws(SigningStoppedError) -> Value {
    do throws(SystemError) { return try body() } catch { throw SigningStoppedError(error.description) }
}
