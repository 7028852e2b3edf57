internal import Records

/// Promises the whole body, and closes the connection before its end.
package struct Cut: Fault {
    package static let help = (form: "cut[=BYTES]", text: "closes after BYTES (half of the body)")

    private let limit: ByteLimit

    /// - Parameter bytes: where to cut; nil for half-way.
    package init(after bytes: Int64? = nil) { limit = ByteLimit(bytes) }

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "cut", in: text).flatMap(ByteLimit.init(parsing:)) else { return nil }
        self.limit = limit
    }

    package func alter(_ answer: inout OriginAnswer) { answer.ending = .close(after: limit.resolved(in: answer)) }
}

/// Tells no length, and closes the connection before the last chunk.
package struct ChunkedCut: Fault {
    package static let help = (form: "chunked-cut[=BYTES]", text: "the same, with chunks and no length")

    private let limit: ByteLimit

    /// - Parameter bytes: where to cut; nil for half-way.
    package init(after bytes: Int64? = nil) { limit = ByteLimit(bytes) }

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "chunked-cut", in: text).flatMap(ByteLimit.init(parsing:)) else {
            return nil
        }
        self.limit = limit
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer.framing = .chunked
        answer.ending = .close(after: limit.resolved(in: answer))
    }
}

/// Tells no length, and closes the connection within the body, as if that were its end.
package struct NoLength: Fault {
    package static let help = (form: "no-length[=BYTES]", text: "the same, as if the end were there")

    private let limit: ByteLimit

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "no-length", in: text).flatMap(ByteLimit.init(parsing:)) else { return nil }
        self.limit = limit
    }

    package func alter(_ answer: inout OriginAnswer) {
        answer.framing = .close
        answer.ending = .close(after: limit.resolved(in: answer))
    }
}

/// Resets the connection: in place of an answer, or within the body.
package struct Reset: Fault {
    package static let help = (form: "reset[=BYTES]", text: "resets after BYTES (in place of an answer)")

    private let limit: ByteLimit?

    /// - Parameter bytes: where to reset; nil for no answer at all.
    package init(after bytes: Int64? = nil) { limit = bytes.map { ByteLimit($0) } }

    package init?(parsing text: String) {
        guard let argument = Self.argument(of: "reset", in: text), let limit = ByteLimit(parsing: argument) else {
            return nil
        }
        self.limit = argument.isEmpty ? nil : limit
    }

    package func alter(_ answer: inout OriginAnswer) { answer.ending = .reset(after: limit?.resolved(in: answer)) }
}

/// Goes silent within the body, and keeps the connection open until the client leaves.
package struct Stall: Fault {
    package static let help = (form: "stall[=BYTES]", text: "is silent after BYTES (half of the body)")

    private let limit: ByteLimit

    /// - Parameter bytes: where to go silent; nil for half-way.
    package init(after bytes: Int64? = nil) { limit = ByteLimit(bytes) }

    package init?(parsing text: String) {
        guard let limit = Self.argument(of: "stall", in: text).flatMap(ByteLimit.init(parsing:)) else { return nil }
        self.limit = limit
    }

    package func alter(_ answer: inout OriginAnswer) { answer.ending = .stall(after: limit.resolved(in: answer)) }
}

/// Sends the body drop by drop.
package struct Slow: Fault {
    package static let help = (form: "slow=BYTES", text: "sends this many bytes a second")

    private let rate: Int64

    package init?(parsing text: String) {
        guard let rate = Self.argument(of: "slow", in: text).flatMap({ ByteCount(parsing: $0) })?.value, rate > 0
        else { return nil }
        self.rate = rate
    }

    package func alter(_ answer: inout OriginAnswer) { answer.rate = Double(rate) }
}
