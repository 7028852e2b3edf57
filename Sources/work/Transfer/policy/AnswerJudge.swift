package import Curl
package import Records
package import Store

/// What an answer, or the lack of one, means for the record. Pure: the same answer gives the same judgement.
package enum AnswerJudge {
    /// Judges an answer's head: nil means that the body is the video, from byte `offset` on.
    package static func judge(
        _ answer: AnswerHead, askedFrom offset: Int64, expected: ExpectedFile,
        signature: UsedSignature = UsedSignature(),
        now: Double
    ) -> TryError? {
        switch answer.status {
        case 200: judgeWhole(answer, expected) ?? judge(etag: answer.etag, expected)
        case 206: judgePart(answer, askedFrom: offset, expected) ?? judge(etag: answer.etag, expected)
        case 201..<300: TryError(.badAnswer, "the origin answered \(answer.status) without a video", startsOver: true)
        case 300..<400: TryError(.badRequest, "the origin answered \(answer.status), and not where to go on")
        case 400..<500: judgeClientError(answer, signature, now: now)
        case 503 where answer.retryAfter != nil || answer.errorElement("Code") == "SlowDown":
            TryError(
                .rateLimited, "the origin answered 503\(words(of: answer)): it is overloaded",
                retryAfter: retryAfter(answer, now: now))
        case 500..<600: TryError(.serverError, "the origin answered \(answer.status)\(words(of: answer))")
        default: TryError(.badAnswer, "the origin answered with status \(answer.status)", startsOver: true)
        }
    }

    /// Judges a transfer that libcurl gave up.
    ///
    /// - Parameters:
    ///   - wasConnected: whether there ever was a connection.
    ///   - isTimeOver: whether the file's whole time is used up.
    package static func judge(
        _ failure: CurlFailure, _ answer: AnswerHead, limits: TransferSettings, wasConnected: Bool, isTimeOver: Bool
    ) -> TryError {
        switch failure {
        case .connection(let words): TryError(.connect, "no connection: \(words)")
        case .tls(let words): TryError(.tls, "TLS: \(words)")
        case .partial where answer.contentLength == nil:
            TryError(.badAnswer, "the answer gave no length and was cut", startsOver: true)
        case .partial: TryError(.truncated, "the connection closed before all bytes had come")
        case .timedOut where isTimeOver:
            TryError(.timeout, "not complete after \(seconds(limits.wholeTimeout))")
        case .timedOut where !wasConnected:
            TryError(.connect, "no connection within \(seconds(limits.connectTimeout))")
        case .timedOut:
            TryError(
                .stalled, "under \(limits.stallSpeed) bytes a second for \(seconds(limits.stallTimeout))")
        case .protocolViolation(let words):
            TryError(.badAnswer, "the answer makes no sense: \(words)", startsOver: true)
        case .badURL: TryError(.badRecord, "the URL cannot be used", countsAsAttempt: false)
        case .stoppedByReceiver, .other: TryError(.connect, "the transfer failed: \(words(of: failure))")
        }
    }

    /// Judges a body that goes on beyond what was promised.
    static func judgeOverlong(_ answer: AnswerHead, _ expected: ExpectedFile) -> TryError {
        guard answer.status == 200, answer.contentLength == nil, let size = expected.size else {
            return TryError(.badAnswer, "more bytes came than were promised", startsOver: true)
        }
        return TryError(.mismatch, "more bytes came than the \(size) of the record", startsOver: true)
    }

    private static func judgeWhole(_ answer: AnswerHead, _ expected: ExpectedFile) -> TryError? {
        guard let length = answer.contentLength else { return nil }
        if let size = expected.size, size != length {
            return TryError(.mismatch, "the origin has \(length) bytes, and the record says \(size)", startsOver: true)
        }
        guard length >= expected.smallest else {
            return TryError(.notVideo, "the origin has only \(length) bytes", startsOver: true)
        }
        return nil
    }

    /// Nil: the origin has the version that the record is about, or the record does not say.
    package static func judge(etag: String?, _ expected: ExpectedFile) -> TryError? {
        if expected.matches(etag: etag) { return nil }
        return TryError(.mismatch, "the origin's ETag is not the record's 'etag'", startsOver: true)
    }

    /// A 206 is believed only if it is what was asked for: others have appended the wrong bytes to a file.
    private static func judgePart(_ answer: AnswerHead, askedFrom offset: Int64, _ expected: ExpectedFile) -> TryError?
    {
        guard offset > 0 else { return TryError(.badAnswer, "the origin answered 206 unasked", startsOver: true) }
        guard let range = answer.contentRange, range.first == offset, let total = range.total, range.last == total - 1,
            answer.contentLength == nil || answer.contentLength == total - offset
        else { return TryError(.badAnswer, "the origin answered 206 with another range", startsOver: true) }
        if let size = expected.size, size != total {
            return TryError(.mismatch, "the origin has \(total) bytes, and the record says \(size)", startsOver: true)
        }
        return nil
    }

    private static func judgeClientError(_ answer: AnswerHead, _ signature: UsedSignature, now: Double) -> TryError {
        let said = "the origin answered \(answer.status)\(words(of: answer))"
        switch answer.status {
        case 401, 403:
            if StoreAdvice.isExpiry(answer, signature, now: now) { return expired(answer, said, now: now) }
            return TryError(.forbidden, said + (StoreAdvice.advice(answer, signature).map { ": \($0)" } ?? ""))
        case 400 where answer.errorElement("Code") == "ExpiredToken": return TryError(.expired, said)
        case 404, 410: return TryError(.notFound, said)
        case 408: return TryError(.timeout, said)
        case 429: return TryError(.rateLimited, said, retryAfter: retryAfter(answer, now: now))
        case 416: return TryError(.badAnswer, said, startsOver: true)
        default: return TryError(.badRequest, said)
        }
    }

    private static func expired(_ answer: AnswerHead, _ said: String, now: Double) -> TryError {
        let skew = (answer.generatedAt ?? now) - now
        let clocks = abs(skew) < ClockSkew.noticeable ? "" : " (\(ClockSkew.words(skew)))"
        return TryError(.expired, "\(said): the URL has expired\(clocks)")
    }

    /// The origin's own words for an error. They come from outside: cut short, and only of harmless characters.
    private static func words(of answer: AnswerHead) -> String {
        guard let code = answer.errorElement("Code") else { return "" }
        let harmless = code.unicodeScalars.prefix(40).filter { $0.isASCII && $0.properties.isAlphabetic }
        return harmless.isEmpty ? "" : " \(String(String.UnicodeScalarView(harmless)))"
    }

    private static func words(of failure: CurlFailure) -> String {
        if case .other(let words) = failure { return words }
        return "the body was not taken"
    }

    /// Seconds to wait (RFC 9110, section 10.2.3): a number, or a date. No origin is believed beyond a day.
    private static func retryAfter(_ answer: AnswerHead, now: Double) -> Double? {
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
