internal import Curl
internal import Glibc
internal import TestSupport

/// What the hosts of a world, and what lies on the way to them, answer.
struct SimulatedOrigins {
    private let plan: WorldPlan
    private let numbers: [String: Int]
    private let hostNumbers: [String: Int]
    private var videos: [[UInt8]]
    private var dice: Dice
    /// When an object that is replaced becomes the other one, by host: in the midst of a time in which only parts of it
    /// come, if there is one.
    private let replacedAt: [Double]

    init(_ plan: WorldPlan) {
        self.plan = plan
        numbers = Dictionary(uniqueKeysWithValues: plan.records.enumerated().map { ($1.path, $0) })
        hostNumbers = Dictionary(uniqueKeysWithValues: plan.hosts.enumerated().map { ($1.origin, $0) })
        videos = plan.records.enumerated().map { Self.video($1.size, UInt8(truncatingIfNeeded: $0)) }
        dice = Dice(seed: plan.seed &+ 1)
        replacedAt = plan.hosts.indices.map { host in
            let cut = plan.troubles.first {
                if case .host(host, .cut) = $0.kind { true } else { false }
            }
            return cut.map { ($0.from + min($0.until, $0.from + 600)) / 2 } ?? 45
        }
    }

    private static func video(_ size: Int, _ seed: UInt8) -> [UInt8] { ScriptedWorld.video(size: size, seed: seed) }

    func host(of origin: String) -> Int? { hostNumbers[origin] }

    func record(of path: String) -> Int? { numbers[path] }

    /// Whether a file with these bytes is one that the world has served whole.
    func isVideo(_ bytes: [UInt8], of record: Int) -> Bool {
        let kind = plan.records[record].kind
        if Self.areEqual(bytes, videos[record]) { return !kind.isOwnFault }
        return kind == .replaced && Self.areEqual(bytes, replacement(of: record))
    }

    /// As `==`, at a tenth of its cost.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return one.withUnsafeBytes { one in
            other.withUnsafeBytes { other in
                guard let one = one.baseAddress, let base = other.baseAddress else { return true }
                return memcmp(one, base, other.count) == 0
            }
        }
    }

    /// What an object is now, and its ETag.
    private func current(_ record: Int, _ time: Double) -> (bytes: [UInt8], etag: String) {
        let (kind, host) = (plan.records[record].kind, plan.records[record].host)
        if kind == .zeros { return ([UInt8](repeating: 0, count: videos[record].count), "\"v1\"") }
        guard kind == .replaced, time >= replacedAt[host] else { return (videos[record], "\"v1\"") }
        return (replacement(of: record), "\"v2\"")
    }

    private func replacement(of record: Int) -> [UInt8] {
        Self.video(plan.records[record].size, UInt8(truncatingIfNeeded: record) &+ 128)
    }

    /// - Parameter time: seconds from the world's start.
    mutating func answer(_ request: ScriptedRequest, at time: Double) -> [ScriptedStep] {
        guard let host = hostNumbers[request.origin], let record = numbers[request.path] else {
            return [.fail(CurlFailure(.unresolved, "Could not resolve host"), wasConnected: false)]
        }
        let style = plan.hosts[host].style
        let active = plan.troubles.filter { $0.holds(at: time) }.map(\.kind)
        for case .way(let way) in active { return Self.answer(way, plan.latency) }
        var delay = plan.latency * (0.5 + dice.fraction())
        let refusals = active.compactMap { if case .credentials(let refusal) = $0 { refusal } else { nil } }
        for case .host(let number, let mood) in active where number == host {
            switch mood {
            case .slow: delay += 20 * dice.fraction()
            case .flaky where dice.chance(0.6): continue
            // No byte of a video comes while the key is refused.
            case .cut where !refusals.isEmpty: continue
            default: return answer(mood, request, record, style, delay, time)
            }
        }
        if let refusal = refusals.first { return [.wait(delay)] + Self.refuse(refusal, style) }
        return [.wait(delay)] + object(record, request, style, time)
    }

    // MARK: - The objects

    private func object(
        _ number: Int, _ request: ScriptedRequest, _ style: WorldPlan.Host.Style, _ time: Double
    ) -> [ScriptedStep] {
        let marks = Self.marks(style)
        switch plan.records[number].kind {
        case .video, .replaced, .wrongSize, .tooLarge, .zeros:
            let (bytes, etag) = current(number, time)
            return .video(bytes, request, etag: etag, headers: marks)
        case .missing: return Self.missing(style)
        case .archived: return Self.page(style == .s3 || style == .cloudFront ? 403 : 410, "InvalidObjectState", style)
        case .alwaysFails: return Self.page(500, "InternalError", style)
        case .alwaysCut: return .video(videos[number], request, headers: marks, cutAt: videos[number].count / 2)
        case .page:
            let text = [UInt8]("<!DOCTYPE html><html><body>Not here</body></html>".utf8)
            let body = text + [UInt8](repeating: 32, count: 2000)
            return [
                .head(["HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: \(body.count)"] + marks),
                .body(body), .end,
            ]
        }
    }

    private static func marks(_ style: WorldPlan.Host.Style) -> [String] {
        switch style {
        case .s3: ["Server: AmazonS3", "x-amz-request-id: 1", "x-amz-id-2: 2"]
        case .cloudFront: ["Server: CloudFront", "Via: 1.1 x.cloudfront.net", "X-Amz-Cf-Id: 3", "X-Cache: Miss"]
        case .nginx: ["Server: nginx"]
        case .bare: []
        }
    }

    private static func missing(_ style: WorldPlan.Host.Style) -> [ScriptedStep] {
        switch style {
        case .s3: page(403, "AccessDenied", style)
        case .cloudFront: page(404, "NoSuchKey", style)
        case .nginx, .bare: page(404, "", style)
        }
    }

    private static func page(
        _ status: Int, _ code: String, _ style: WorldPlan.Host.Style, _ headers: [String] = []
    ) -> [ScriptedStep] {
        switch style {
        case .s3, .cloudFront:
            let body = "<Error><Code>\(code)</Code><RequestId>1</RequestId><HostId>2</HostId></Error>"
            return .status(status, headers: marks(style) + ["Content-Type: application/xml"] + headers, body: body)
        case .nginx:
            let body = "<html><h1>\(status)</h1></html>"
            return .status(status, headers: marks(style) + ["Content-Type: text/html"] + headers, body: body)
        case .bare: return .status(status, headers: headers)
        }
    }

    // MARK: - Moods of a host

    private func answer(
        _ mood: WorldPlan.Mood, _ request: ScriptedRequest, _ record: Int, _ style: WorldPlan.Host.Style,
        _ delay: Double, _ time: Double
    ) -> [ScriptedStep] {
        // The first half of what is asked for, of what the object is now.
        func half() -> [ScriptedStep] {
            let (bytes, etag) = current(record, time)
            let start = request.ifRange == nil || request.ifRange == etag ? Int(request.offset) : 0
            return .video(
                bytes, request, etag: etag, headers: Self.marks(style), cutAt: start + (bytes.count - start) / 2)
        }
        func failed(_ kind: CurlFailure.Kind, _ words: String, connected: Bool) -> [ScriptedStep] {
            [.wait(delay), .fail(CurlFailure(kind, words), wasConnected: connected)]
        }
        return switch mood {
        case .refused: failed(.unconnected, "refused", connected: false)
        case .unresolved: failed(.unresolved, "no address", connected: false)
        case .noAnswer: [.wait(30), .fail(CurlFailure(.timedOut), wasConnected: false)]
        case .handshakeCut: failed(.handshakeCut, "reset", connected: false)
        case .reset, .flaky: failed(.broken, "reset", connected: true)
        case .certificate: failed(.certificate, "certificate has expired", connected: false)
        case .overloaded: [.wait(delay)] + Self.page(503, "SlowDown", style)
        case .overloadedForLong: [.wait(delay)] + Self.page(503, "SlowDown", style, ["Retry-After: 5000"])
        case .failing: [.wait(delay)] + Self.page(500, "InternalError", style)
        case .badGateway: [.wait(delay)] + Self.page(502, "InternalError", style)
        case .tooOften: [.wait(delay)] + Self.page(429, "SlowDown", style, ["Retry-After: 5"])
        case .notFoundPage: [.wait(delay)] + Self.page(504, "ServiceUnavailable", style)
        case .cut: [.wait(delay)] + half()
        case .hanging: [.wait(delay), .hang]
        case .slow: [.wait(delay)]
        }
    }

    // MARK: - On the way

    private static func answer(_ way: WorldPlan.Way, _ delay: Double) -> [ScriptedStep] {
        switch way {
        case .portalRedirect:
            [
                .wait(delay), .head(["HTTP/1.1 302 Found", "Content-Length: 0", "Location: http://login/"]),
                .redirect("http://login/"), .end,
            ]
        case .portalPage:
            [.wait(delay)]
                + .status(200, headers: ["Content-Type: text/html"], body: "<!DOCTYPE html><html>Please log in</html>")
        case .proxyPassword: [.wait(delay)] + .status(407)
        case .proxyDown: [.wait(delay), .fail(CurlFailure(.proxy, "no connection to the proxy"), wasConnected: false)]
        case .noNetwork: [.fail(CurlFailure(.noNetwork, "unreachable"), wasConnected: false)]
        case .loginRequired: [.wait(delay)] + .status(511)
        case .noNames: [.wait(delay), .fail(CurlFailure(.unresolved, "no address"), wasConnected: false)]
        }
    }

    // MARK: - Credentials

    private static func refuse(_ refusal: WorldPlan.Refusal, _ style: WorldPlan.Host.Style) -> [ScriptedStep] {
        // Only stores say more than that they refuse.
        guard style == .s3 || style == .cloudFront, refusal != .bareForbidden else { return page(403, "", .bare) }
        func xml(_ status: Int, _ code: String, _ more: String = "") -> [ScriptedStep] {
            .status(
                status, headers: marks(style) + ["Content-Type: application/xml"],
                body: "<Error><Code>\(code)</Code>\(more)</Error>")
        }
        return switch refusal {
        case .unknownKey: xml(403, style == .s3 ? "InvalidAccessKeyId" : "InvalidKey")
        case .wrongSignature: xml(403, style == .s3 ? "SignatureDoesNotMatch" : "AccessDenied")
        case .wrongRegion: xml(301, "PermanentRedirect", "<Endpoint>b.s3-eu-west-1.amazonaws.com</Endpoint>")
        case .expiredToken: xml(400, "ExpiredToken")
        case .bareForbidden: page(403, "", .bare)
        }
    }
}

extension WorldPlan.Refusal {
    /// Whether a store of this kind says that it is the key, and not what was asked for.
    func namesKey(_ style: WorldPlan.Host.Style) -> Bool {
        (style == .s3 || style == .cloudFront) && (self == .unknownKey || self == .expiredToken)
    }
}
