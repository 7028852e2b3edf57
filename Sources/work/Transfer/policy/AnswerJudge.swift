internal import Curl
package import Records
package import Store

/// What an answer means for the record: whose fault it is, and in which words. Pure: the same answer means the same.
package enum AnswerJudge {
    /// Judges an answer's head: nil means that the body is the video, from where it was asked for.
    package static func judge(
        _ answer: AnswerHead, asked: AskedRange, expected: ExpectedFile, signature: UsedSignature = UsedSignature(),
        now: Double
    ) -> TryError? {
        switch answer.status {
        case 200, 206:
            judgeRange(answer, asked) ?? judgeSize(answer, asked, expected) ?? judge(etag: answer.etag, expected)
        case 416 where asked.offset > 0, 412 where asked.offset > 0:
            // What the part is from is not there any more, or conditions are not understood: ask for the whole.
            TryError(.badAnswer, said(answer), owner: .host, startsOver: true)
        case 401, 403: judgeRefusal(answer, signature, now: now)
        default: judgeStatus(answer, now: now)
        }
    }

    /// Judges a body that goes on beyond what was promised.
    static func judgeOverlong(_ answer: AnswerHead, _ expected: ExpectedFile) -> TryError {
        guard answer.status == 200, answer.contentLength == nil, let size = expected.size else {
            return TryError(.badAnswer, "more bytes came than were promised", owner: .host, startsOver: true)
        }
        return TryError(.mismatch, "more bytes came than the \(size) of the record", startsOver: true)
    }

    /// Judges how many bytes there are once the body has ended; nil: as many as there should be.
    static func judgeLength(_ length: Int64, _ answer: AnswerHead, total: Int64?, _ expected: ExpectedFile) -> TryError?
    {
        if answer.status == 206 {
            // A range may end before the end, and need not tell the total: the next request asks for what is behind.
            guard let total else {
                return TryError(.truncated, "the origin does not say whether \(length) bytes are all", owner: .host)
            }
            if length < total { return TryError(.truncated, "\(length) of \(total) bytes came", owner: .host) }
        }
        if let size = expected.size, size != length {
            return TryError(.mismatch, "\(length) bytes came, and the record says \(size)", startsOver: true)
        }
        if let total, length < total { return TryError(.truncated, "\(length) of \(total) bytes came", owner: .host) }
        guard length >= expected.smallest else {
            return TryError(.notVideo, "only \(length) bytes came", startsOver: true)
        }
        return nil
    }

    /// Nil: the origin has the version that the record is about, or the record does not say.
    package static func judge(etag: String?, _ expected: ExpectedFile) -> TryError? {
        if expected.matches(etag: etag) { return nil }
        let words = etag.map { "the origin's ETag is '\(harmless($0, upTo: 40))'" } ?? "the origin tells no ETag"
        let wanted = harmless(expected.etag ?? "", upTo: 40)
        return TryError(.mismatch, "\(words), and the record says '\(wanted)'", startsOver: true)
    }

    /// Whether a try that ended so means that the origin is asked for too much, so that its host gets fewer transfers
    /// for a while. An overloaded origin answers 503, and may give no reason.
    static func asksToSlowDown(_ answer: AnswerHead, _ error: TryError) -> Bool {
        error.code == .rateLimited || answer.status == 503
    }

    // MARK: - A video, or a part of it

    private static func judgeRange(_ answer: AnswerHead, _ asked: AskedRange) -> TryError? {
        RangeFault(answer, to: asked).map {
            TryError(.badAnswer, "the origin answered \($0.rawValue)", owner: .host, startsOver: true)
        }
    }

    private static func judgeSize(_ answer: AnswerHead, _ asked: AskedRange, _ expected: ExpectedFile) -> TryError? {
        if let size = expected.size {
            // Where a range does not tell the total, its end cannot be after the record's.
            guard answer.total ?? size == size, answer.status == 200 || answer.bodyEnd ?? 0 <= size else {
                let total = answer.total ?? answer.bodyEnd ?? 0
                return TryError(
                    .mismatch, "the origin has \(total) bytes, and the record says \(size)", startsOver: true)
            }
        }
        guard let length = answer.total ?? answer.bodyEnd, length < expected.smallest else { return nil }
        return TryError(.notVideo, "the origin has only \(length) bytes", startsOver: true)
    }

    // MARK: - Anything else

    private static func judgeStatus(_ answer: AnswerHead, now: Double) -> TryError {
        let meaning = StatusMeaning.of(answer.status)
        let advice = answer.errorElement("Code").flatMap { StoreAdvice.named($0) }
        let wait = retryAfter(answer, now: now)
        var code = advice?.code ?? meaning.code
        if answer.status == 503 && wait != nil { code = .rateLimited }
        let reason = advice.map { $0.advice + place(answer, $0) } ?? reason(answer, meaning)
        return TryError(
            code, said(answer) + ": " + reason, owner: advice?.owner ?? meaning.owner, retryAfter: wait,
            startsOver: answer.status < 300)
    }

    private static func reason(_ answer: AnswerHead, _ meaning: StatusMeaning) -> String {
        guard (300..<400).contains(answer.status), answer.hasLocation else { return meaning.reason }
        return "what it redirects to is not an http or https URL"
    }

    private static func judgeRefusal(_ answer: AnswerHead, _ signature: UsedSignature, now: Double) -> TryError {
        if signature.hasExpired(by: answer, now: now) { return expired(answer, now: now) }
        if let advice = StoreAdvice.ofRefusingPage(answer.errorPage) {
            return TryError(.forbidden, said(answer) + ": " + advice.advice, owner: advice.owner)
        }
        guard let code = answer.errorElement("Code") else { return judgeStatus(answer, now: now) }
        if code == "AccessDenied" && answer.isFromStore {
            let advice = StoreAdvice.ofStoreThatDenies(answer.errorElement("Message") ?? "")
            return TryError(.forbidden, said(answer) + ": " + advice.advice, owner: advice.owner)
        }
        guard code == "InvalidKey", let pair = signature.keyPairID else { return judgeStatus(answer, now: now) }
        return TryError(
            .forbidden,
            said(answer) + ": key pair \(pair) is not trusted by this distribution: check --key-pair-id and the "
                + "distribution's trusted key groups", owner: .credentials)
    }

    private static func expired(_ answer: AnswerHead, now: Double) -> TryError {
        let skew = (answer.generatedAt ?? now) - now
        let clocks = abs(skew) < ClockSkew.noticeable ? "" : " (\(ClockSkew.words(skew)))"
        return TryError(.expired, said(answer) + ": the URL has expired\(clocks)")
    }

    /// The status, and the store's own word for it: "the origin answered 404 NoSuchKey".
    private static func said(_ answer: AnswerHead) -> String {
        let code = harmless(answer.errorElement("Code") ?? "", upTo: 40)
        return "the origin answered \(answer.status)" + (code.isEmpty ? "" : " " + code)
    }

    /// Where the store says that the bucket is.
    private static func place(_ answer: AnswerHead, _ advice: StoreAdvice) -> String {
        guard advice.owner == .credentials else { return "" }
        if let region = answer.errorElement("Region") ?? answer.marks.bucketRegion {
            return "; the store says region '\(harmless(region, upTo: 40))'"
        }
        if let endpoint = answer.errorElement("Endpoint") {
            return "; the store says endpoint '\(harmless(endpoint, upTo: 100))'"
        }
        return ""
    }

    /// Words from outside: cut short, and only of characters that a name or a host is made of.
    private static func harmless(_ text: String, upTo length: Int) -> String {
        let kept = text.utf8.prefix(length).filter {
            (0x41...0x5A).contains($0 & 0xDF) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
        }
        return String(decoding: kept, as: UTF8.self)
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
}
