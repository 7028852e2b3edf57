/// Decides what to answer: everything about the origin but its sockets.
struct OriginService: Sendable {
    let log: RequestLog
    let gate: AnswerGate
    let latency: Double
    let rate: Double?

    private let content: any Content
    private let signatures: SignatureCheck?
    private let faults: FaultScript
    private let now: @Sendable () -> Double

    init(_ settings: OriginServer.Settings, log: RequestLog, gate: AnswerGate) {
        self.log = log
        self.gate = gate
        (latency, rate) = (settings.latency, settings.rate)
        (content, signatures, now) = (settings.content, settings.signatures, settings.now)
        faults = FaultScript(settings.faults)
    }

    /// The answer with all its headers. A request that is refused for its signature meets no fault: it is the edge that
    /// refuses, and the store behind it that misbehaves.
    func answer(to request: OriginRequest) -> OriginAnswer {
        var answer = bareAnswer(to: request)
        addCommonHeaders(to: &answer)
        return answer
    }

    /// The answer to a request whose target is not valid.
    func answerToBadTarget() -> OriginAnswer {
        var answer = OriginAnswer.invalidURI
        addCommonHeaders(to: &answer)
        return answer
    }

    private func bareAnswer(to request: OriginRequest) -> OriginAnswer {
        if case .other = request.method { return .methodNotAllowed }
        if let refusal = signatures?.refusal(of: request, at: now()) { return refusal }
        guard let fault = faults.next(for: request.path) else { return storeAnswer(to: request, fault: nil) }
        var altered = request
        fault.alter(&altered)
        var answer = storeAnswer(to: altered, fault: fault)
        fault.alter(&answer)
        return answer
    }

    private func storeAnswer(to request: OriginRequest, fault: (any Fault)?) -> OriginAnswer {
        guard var object = content.object(at: request.path) else { return .noSuchKey }
        fault?.alter(&object)
        return OriginAnswer(object, for: request)
    }

    private func addCommonHeaders(to answer: inout OriginAnswer) {
        switch answer.framing {
        case .contentLength where answer.status == 204 || answer.status == 304: break
        case .contentLength: answer.headers["Content-Length"] = String(answer.bodySize)
        case .close: answer.headers["Connection"] = "close"
        case .chunked: answer.headers["Transfer-Encoding"] = "chunked"
        }
        answer.headers["Date"] = answer.headers["Date"] ?? HTTPDateText.text(Int64(now().rounded(.down)))
        answer.headers["Server"] = answer.headers["Server"] ?? "AmazonS3"
        answer.headers["X-Cache"] = answer.status < 400 ? "Miss from cloudfront" : "Error from cloudfront"
        answer.headers["X-Amz-Cf-Pop"] = "TF50-P1"
        answer.headers["X-Amz-Cf-Id"] = Mixing.hex(UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
    }
}
