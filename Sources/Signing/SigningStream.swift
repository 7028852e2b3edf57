internal import NDJSON
package import POSIX

/// Records from one descriptor to another, each signed when there is a place for it.
package struct SigningStream: ~Copyable {
    private var reader: LineReader
    private var output: LineOutput
    private let outputDescriptor: Int32
    private let isPipe: Bool
    private let signer: RecordSigner

    /// A page: what a pipe that was shrunk holds.
    private static let page = 4096

    package init(from input: Int32, to outputDescriptor: Int32, signer: RecordSigner) {
        isPipe = Descriptor.isPipe(outputDescriptor)
        if isPipe { Descriptor.shrinkPipe(outputDescriptor) }
        reader = LineReader(input)
        output = LineOutput(outputDescriptor, limit: isPipe ? Self.page : 65536)
        self.outputDescriptor = outputDescriptor
        self.signer = signer
    }

    /// Signs to the end of the input.
    package mutating func run() throws(SystemError) {
        while true {
            if let line = reader.buffered() {
                try waitForRoom()
                signer.sign(line, into: &output.buffer)
                try output.lineEnded()
            } else {
                try output.flush()
                guard try reader.fill() else { return }
            }
        }
    }

    /// A URL ages from the moment it is signed. A pipe of one page takes bytes only when it is empty: nothing is signed
    /// before the reader has taken what was signed last.
    private func waitForRoom() throws(SystemError) {
        if isPipe && output.buffer.isEmpty { try Descriptor.wait(outputDescriptor, for: .writing) }
    }
}
