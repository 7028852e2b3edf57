internal import NDJSON
package import POSIX

/// Records from one descriptor to another, each signed when there is a place for it.
package struct SigningStream: ~Copyable {
    private var reader: LineReader
    private var output: LineOutput
    private let outputDescriptor: Int32
    private let isPipe: Bool
    private let signer: RecordSigner
    private let clock: any Clock

    /// A page: what fits into a pipe that was shrunk.
    private static let page = 4096

    package init(from input: Int32, to outputDescriptor: Int32, signer: RecordSigner, clock: any Clock) {
        isPipe = Descriptor.isPipe(outputDescriptor)
        if isPipe { Descriptor.shrinkPipe(outputDescriptor) }
        reader = LineReader(input)
        output = LineOutput(outputDescriptor, limit: isPipe ? Self.page : 65536)
        self.outputDescriptor = outputDescriptor
        self.signer = signer
        self.clock = clock
    }

    /// Signs to the end of the input.
    package mutating func run() throws(SigningStoppedError) {
        while let line = try nextLine() {
            try sign(line)
            do throws(SystemError) { try output.lineEnded() } catch { throw SigningStoppedError(error.description) }
        }
    }

    /// The lines before are out when the signer stops.
    private mutating func sign(_ line: RawLine) throws(SigningStoppedError) {
        let now = try readyTime()
        do throws(SigningStoppedError) { try signer.sign(line, at: now, into: &output.buffer) } catch {
            do throws(SystemError) { try output.flush() } catch { throw SigningStoppedError(error.description) }
            throw error
        }
    }

    /// The next line once there is room for it; what was signed is out before this waits for more input.
    private mutating func nextLine() throws(SigningStoppedError) -> RawLine? {
        do throws(SystemError) {
            while true {
                if let line = reader.buffered() {
                    try waitForRoom()
                    return line
                }
                try output.flush()
                guard try reader.fill() else { return nil }
            }
        } catch {
            throw SigningStoppedError(error.description)
        }
    }

    /// The time to sign at. Renewing may take a while, or fail: the lines before are out by then.
    private mutating func readyTime() throws(SigningStoppedError) -> Double {
        let now = clock.now
        guard signer.needsRenewal(at: now) else { return now }
        do throws(SystemError) { try output.flush() } catch { throw SigningStoppedError(error.description) }
        try signer.renew(at: now)
        return clock.now
    }

    /// A URL ages from the moment it is signed. A pipe of one page takes bytes only when it is empty: nothing is signed
    /// before the reader has taken what was signed last.
    private func waitForRoom() throws(SystemError) {
        if isPipe && output.buffer.isEmpty { try Descriptor.wait(outputDescriptor, for: .writing) }
    }
}
