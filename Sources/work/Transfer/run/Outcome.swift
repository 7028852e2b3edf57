package import Records
package import Store

/// What became of a line.
package enum Outcome: Sendable {
    case success(Fetched)
    /// The file was there, under this path. `attempt`: tries so far, if any.
    case skipped(found: RelativePath, bytes: Int64, attempt: Int64?)
    case failed(Failed)
    /// It failed in an earlier tool, and goes on as it came.
    case handedOn

    package struct Fetched: Sendable {
        package var httpStatus: Int
        package var bytes: Int64
        package var seconds: Double
        package var resumedFrom: Int64?
        package var attempt: Int64
    }

    package struct Failed: Sendable {
        package var trouble: TryError
        package var isRetryable: Bool
        /// Unix seconds; nil where it is not to be tried again.
        package var retryAt: Double?
        package var httpStatus: Int?
        package var bytes: Int64?
        package var seconds: Double?
        package var resumedFrom: Int64?
        /// Nil where no try has counted yet.
        package var attempt: Int64?
    }
}
