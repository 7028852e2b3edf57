internal import Records

/// A video for any path, made up on the spot.
package struct SyntheticContent: Content {
    private let sizes: SizeRange

    package init(sizes: SizeRange) { self.sizes = sizes }

    package func object(at path: String) -> (any StoredObject)? { video(at: path) }

    /// The video at a path, with or without the slash in front.
    package func video(at path: String) -> SyntheticVideo {
        let path = path.hasPrefix("/") ? path : "/" + path
        return SyntheticVideo(path: path, size: sizes.size(for: path))
    }
}

/// The sizes that videos have: one (`50k`), or any between two (`16k..2M`).
package struct SizeRange: Equatable, Sendable {
    private let sizes: ClosedRange<Int64>

    package init(_ sizes: ClosedRange<Int64>) {
        precondition(sizes.lowerBound >= 0)
        self.sizes = sizes
    }

    /// Returns nil where the text is no size and no range of sizes.
    package init?(parsing text: String) {
        let ends = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
            .map { ByteCount(parsing: String($0))?.value }
        guard let lower = ends[0], let upper = ends[ends.count - 1], lower <= upper else { return nil }
        sizes = lower...upper
    }

    /// The size that follows from a path.
    func size(for path: String) -> Int64 {
        let span = UInt64(sizes.upperBound - sizes.lowerBound)
        guard span > 0, span < .max else { return sizes.lowerBound }
        // Hashed with something behind it: the path's own hash is the seed of its bytes.
        return sizes.lowerBound + Int64(Mixing.hash(path + "#size") % (span + 1))
    }
}
