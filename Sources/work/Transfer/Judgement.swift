package import Curl
internal import Records
package import Store

/// What an answer, or the lack of one, means for the record. Pure: the same answer gives the same judgement.
package enum Judgement {
    /// Judges an answer's head: nil means that the body is the video, from byte `offset` on.
    package static func judge(
        _ answer: Answer, askedFrom offset: Int64, expected: ExpectedFile, signature: UsedSignature = UsedSignature(),
        now: Double
    ) -> Trouble? {
        switch answer.status {
        case 200: judgeWhole(answer, expected) ?? judge(etag: answer.etag, expected)
        case 206: judgePart(answer, askedFrom: offset, expected) ?? judge(etag: answer.etag, expected)
        case 201..<300: Trouble(.badAnswer, "the origin answered \(answer.status) without a video", startsOver: true)
        case 300..<400: Trouble(.badRequest, "the origin answered \(answer.status), and not where to go on")
        case 400..<500: judgeClientError(answer, signature, now: now)
        case 503 where answer.retryAfter != nil || answer.errorElement("Code") == "SlowDown":
            Trouble(
                .rateLimited, "the origin answered 503\(words(of: answer)): it is overloaded",
                retryAfter: retryAfter(answer, now: now))
        case 500..<600: Trouble(.serverError, "the origin answered \(answer.status)\(words(of: answer))")
        default: Trouble(.badAnswer, "the origin answered with status \(answer.status)", startsOver: true)
        }
    }

    /// Judges a transfer that libcurl gave up.
    ///
    /// - Parameters:
    ///   - wasConnected: whether there ever was a connection.
    ///   - isTimeOver: whether the file's whole time is used up.
    package static func judge(
        _ failure: CurlFailure, _ answer: Answer, limits: TransferSettings, wasConnected: Bool, isTimeOver: Bool
    ) -> Trouble {
        switch failure {
        case .connection(let words): Trouble(.connect, "no connection: \(words)")
        case .tls(let words): Trouble(.tls, "TLS: \(words)")
        case .partial where answer.contentLength == nil:
            Trouble(.badAnswer, "the answer gave no length and was cut", startsOver: true)
        case .partial: Trouble(.truncated, "the connection closed before all bytes had come")
        case .timedOut where isTimeOver:
            Trouble(.timeout, "not complete after \(seconds(limits.wholeTimeout))")
        case .timedOut where !wasConnected:
            Trouble(.connect, "no connection within \(seconds(limits.connectTimeout))")
        case .timedOut:
            Trouble(
                .stalled, "under \(limits.stallSpeed) bytes a second for \(seconds(limits.stallTimeout))")
        case .protocolViolation(let words): Trouble(.badAnswer, "the answer makes no sense: \(words)", startsOver: true)
        case .badURL: Trouble(.badRecord, "the URL cannot be used", countsAsAttempt: false)
        case .stoppedByReceiver, .other: Trouble(.connect, "the transfer failed: \(words(of: failure))")
        }
    }

    /// Judges a body that goes on beyond what was promised.
    static func judgeOverlong(_ answer: Answer, _ expected: ExpectedFile) -> Trouble {
        guard answer.status == 200, answer.contentLength == nil, let size = expected.size else {
            return Trouble(.badAnswer, "more bytes came than were promised", startsOver: true)
        }
        return Trouble(.mismatch, "more bytes came than the \(size) of the record", startsOver: true)
    }

    private static func judgeWhole(_ answer: Answer, _ expected: ExpectedFile) -> Trouble? {
        guard let length = answer.contentLength else { return nil }
        if let size = expected.size, size != length {
            return Trouble(.mismatch, "the origin has \(length) bytes, and the record says \(size)", startsOver: true)
        }
        guard length >= expected.smallest else {
            return Trouble(.notVideo, "the origin has only \(length) bytes", startsOver: true)
        }
        return nil
    }

    /// Nil: the origin has the version that the record is about, or the record does not say.
    package static func judge(etag: String?, _ expected: ExpectedFile) -> Trouble? {
        if expected.matches(etag: etag) { return nil }
        return Trouble(.mismatch, "the origin's ETag is not the record's 'etag'", startsOver: true)
    }

    /// A 206 is believed only if it is what was asked for: others have appended the wrong bytes to a file.
    private static func judgePart(_ answer: Answer, askedFrom offset: Int64, _ expected: ExpectedFile) -> Trouble? {
        guard offset > 0 else { return Trouble(.badAnswer, "the origin answered 206 unasked", startsOver: true) }
        guard let range = answer.contentRange, range.first == offset, let total = range.total, range.last == total - 1,
            answer.contentLength == nil || answer.contentLength == total - offset
        else { return Trouble(.badAnswer, "the origin answered 206 with another range", startsOver: true) }
        if let size = expected.size, size != total {
            return Trouble(.mismatch, "the origin has \(total) bytes, and the record says \(size)", startsOver: true)
        }
        return nil
    }

    private static func judgeClientError(_ answer: Answer, _ signature: UsedSignature, now: Double) -> Trouble {
        let said = "the origin answered \(answer.status)\(words(of: answer))"
        switch answer.status {
        case 401, 403:
            if Refusal.isExpiry(answer, signature, now: now) { return expired(answer, said, now: now) }
            return Trouble(.forbidden, said + (Refusal.advice(answer, signature).map { ": \($0)" } ?? ""))
        case 400 where answer.errorElement("Code") == "ExpiredToken": return Trouble(.expired, said)
        case 404, 410: return Trouble(.notFound, said)
        case 408: return Trouble(.timeout, said)
        case 429: return Trouble(.rateLimited, said, retryAfter: retryAfter(answer, now: now))
        case 416: return Trouble(.badAnswer, said, startsOver: true)
        default: return Trouble(.badRequest, said)
        }
    }

    private static func expired(_ answer: Answer, _ said: String, now: Double) -> Trouble {
        let skew = (answer.generatedAt ?? now) - now
        let clocks = abs(skew) < ClockSkew.noticeable ? "" : " (\(ClockSkew.words(skew)))"
        return Trouble(.expired, "\(said): the URL's time is over\(clocks)")
    }

    /// The origin's own words for an error. They come from outside: cut short, and only of harmless characters.
    private static func words(of answer: Answer) -> String {
        guard let code = answer.errorElement("Code") else { return "" }
        let harmless = code.unicodeScalars.prefix(40).filter { $0.isASCII && $0.properties.isAlphabetic }
        return harmless.isEmpty ? "" : " \(String(String.UnicodeScalarView(harmless)))"
    }

    private static func words(of failure: CurlFailure) -> String {
        if case .other(let words) = failure { return words }
        return "the body was not taken"
    }

    /// Seconds to wait (RFC 9110, section 10.2.3): a number, or a date. No origin is believed beyond a day.
    private static func retryAfter(_ answer: Answer, now: Double) -> Double? {
        guard let text = answer.retryAfter else { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Double(text) {
            return min(seconds, 86400)
        }
        guard let date = HTTPDate.parse(text) else { return nil }
        // The origin's own clock, where it tells it: ours may be off.
        let reference = answer.date.flatMap(HTTPDate.parse).map(Double.init) ?? now
        return min(max(0, Double(date) - reference), 86400)
    }

    private static func seconds(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value)) s" : "\(value) s"
    }
}
