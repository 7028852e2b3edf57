/// What is held against a file before it counts as the record's.
package struct Verification: Sendable {
    /// Each one checks what those before it check.
    package enum Level: String, CaseIterable, Comparable, Sendable {
        /// That all bytes came which the answer promised.
        case none
        /// What the record and the answer say of size, hashes and ETag.
        case size
        /// That the first bytes are those of a video.
        case type
        /// That its structure is whole, from the first byte to the last.
        case structure

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .none: 0
            case .size: 1
            case .type: 2
            case .structure: 3
            }
        }
    }

    package var level: Level
    /// Whether a file that is there is read and hashed, where the record has a hash for it.
    package var hashesExisting: Bool
    /// Whether an ETag of 32 hexadecimal digits is the MD5.
    package var takesETagForMD5: Bool

    package init(level: Level = .structure, hashesExisting: Bool = false, takesETagForMD5: Bool = false) {
        self.level = level
        self.hashesExisting = hashesExisting
        self.takesETagForMD5 = takesETagForMD5
    }
}
