internal import POSIX
package import Records

/// What the bytes of a part must hash to, by the record and by what the origin says in this run, and how far they have
/// been hashed.
package struct HashCheck {
    private let known: [Checksum]
    private var checksums: [Checksum] = []
    private var hash = RunningHash()

    /// - Parameter known: what the record says.
    package init(known: [Checksum]) { self.known = known }

    /// Learns from an answer's head what is to be hashed. What an earlier answer said of the same object holds on.
    ///
    /// - Parameter length: how many bytes of the object are in the part.
    package mutating func learn(_ told: [Checksum], length: Int64) throws(TryError) {
        if length == 0 || checksums.isEmpty { checksums = known }
        for checksum in told where !checksums.contains(checksum) { checksums.append(checksum) }
        if hash.length > length || !hash.covers(checksums) { hash = try RunningHash(checksums) }
    }

    /// Takes the bytes that come for this place, if all before them have been hashed.
    package mutating func take(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {
        if hash.length == offset { hash.update(bytes) }
    }

    /// Whether a part of this length still has to be read, since bytes of it came in an earlier run.
    package func isBehind(_ length: Int64) -> Bool { !checksums.isEmpty && hash.length < length }

    /// Reads what was not hashed as it came.
    package mutating func readOn(_ file: any StorageFile, to length: Int64, while mayGoOn: () -> Bool) throws(TryError)
    {
        try hash.readOn(file, to: length, while: mayGoOn)
    }

    /// What the bytes contradict; nil for nothing. Ends the hashes.
    package func mismatch() -> TryError? { hash.mismatch(with: checksums) }
}
