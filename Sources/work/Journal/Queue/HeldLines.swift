internal import NDJSON

/// Lines that have to wait until later ones were printed. Of a catalogue that can be read again only their numbers are
/// kept; what came through a pipe is kept whole.
struct HeldLines {
    /// The number of the line up to which the catalogue was read, held or not.
    var lastLine = 0
    private(set) var numbers: [UInt32] = []
    private(set) var copies: [[UInt8]] = []
    private let keepsCopies: Bool

    init(keepingCopies: Bool) { keepsCopies = keepingCopies }

    var count: Int { numbers.count + copies.count }

    mutating func hold(_ line: RawLine) {
        if keepsCopies {
            copies.append(line.copy)
        } else {
            numbers.append(UInt32(line.number))
        }
    }
}
