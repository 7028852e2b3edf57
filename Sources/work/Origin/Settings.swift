internal import POSIX

extension Origin {
    /// What an origin serves, and how.
    package struct Settings: Sendable {
        package var content: any Content
        /// The port to listen on; 0 for a free one.
        package var port = 0
        /// Who may have what; nil for everything to everybody.
        package var signatures: SignatureCheck?
        package var faults: [FaultRule] = []
        /// Seconds from a request to its answer.
        package var latency = 0.0
        /// Bytes a second on each connection; nil for as fast as can be.
        package var rate: Double?
        /// Unix seconds by the origin's clock, for the `Date` header and for signatures.
        package var now: @Sendable () -> Double = { SystemClock().now }
        /// Whether the log remembers every request, which takes memory for each.
        package var keepsRequests = true
        /// Is told of each request, on the origin's own thread, before the answer goes out.
        package var observer: (@Sendable (RequestLog.Entry) -> Void)?

        package init(content: any Content) { self.content = content }

        /// Videos of one size for any path.
        package init(videosOf size: Int64) { self.init(content: SyntheticContent(sizes: SizeRange(size...size))) }
    }
}
