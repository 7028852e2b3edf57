internal import Curl
internal import POSIX
internal import Records
internal import Synchronization

/// One record on its way to the disk: a part that is being written, and what the origin said. It takes what libcurl
/// brings; what follows from its end is the loop's to decide.
final class Transfer: AnswerReceiver, @unchecked Sendable {
    // It belongs to one thread at a time: to the run's, or from its start to its end to the loop's. What the run reads
    // meanwhile, for the progress, is atomic.
    let record: FetchRecord
    let part: PartFile
    /// On the monotonic clock: when the first try began; before it, when its line was taken.
    private(set) var startedAt: Double
    /// Whether it is worth a large buffer.
    var isLarge = true
    /// Tries begun, the quick ones included.
    private(set) var tries = 0
    private(set) var answer = Answer()
    /// When the last try began, on the monotonic clock.
    private(set) var triedAt = 0.0
    /// When the head of the last answer came, in Unix seconds.
    private var answeredAt = 0.0
    /// Where the try that runs began in the file.
    private(set) var offset: Int64 = 0
    /// Where the first try began: what an earlier run had left.
    let firstOffset: Int64
    private let receivedBytes = Atomic<Int64>(0)
    private let promisedBytes = Atomic<Int64>(-1)

    private let rules: Rules
    private var bootID: String { rules.bootID }
    private var clock: any Clock { rules.clock }
    /// Where the try has been redirected to, and how often.
    private var url: VideoURL
    private var redirects = 0
    /// What speaks against following the answer's redirect.
    private var redirectTrouble: Trouble?
    /// By the first bytes, when they came in one piece.
    private var type: VideoType?
    /// What the head of the answer, its bytes or the disk have against it.
    private var trouble: Trouble?

    /// An error page is read no further than this.
    private static let longestErrorPage: Int64 = 1 << 16

    /// What holds for all transfers of a run.
    struct Rules {
        let bootID: String
        /// Seconds for a file, over all quick tries.
        let wholeTimeout: Double
        let hosts: HostPolicy
        let rateLimit: RateLimit?
        let clock: any Clock
    }

    init(_ record: FetchRecord, part: PartFile, rules: Rules) {
        self.record = record
        self.part = part
        self.rules = rules
        url = record.url
        startedAt = rules.clock.monotonic
        firstOffset = part.length
    }

    /// The request of the next try: from where the part ends, if the object is still the same.
    func nextRequest() -> TransferRequest {
        triedAt = clock.monotonic
        if tries == 0 { startedAt = triedAt }
        tries += 1
        (url, redirects) = (record.url, 0)
        return request(fresh: tries > 1)
    }

    /// The request that the answer redirects to; nil where it does not, or must not be followed there.
    func follow(_ target: [UInt8]) -> TransferRequest? {
        guard (300..<400).contains(answer.status), let target = VideoURL(target) else { return nil }
        redirectTrouble = rules.hosts.refusal(ofRedirectFrom: url, to: target)
        if redirects == HostPolicy.mostRedirects {
            redirectTrouble = Trouble(.badRequest, "the origin redirected \(redirects) times, and again")
        }
        guard redirectTrouble == nil else { return nil }
        url = target
        redirects += 1
        return request(fresh: false)
    }

    private func request(fresh: Bool) -> TransferRequest {
        answer = Answer()
        (trouble, redirectTrouble, type) = (nil, nil, nil)
        errorPageLength = 0
        offset = part.canContinue ? part.length : 0
        var request = TransferRequest(url: url.bytes)
        request.freshConnection = fresh
        request.bufferSize = isLarge ? TransferSettings.largeBuffer : TransferSettings.smallBuffer
        request.timeout = max(0.001, secondsLeft)
        if offset > 0, let validator = part.validator {
            request.offset = offset
            request.headers = ["If-Range: \(validator)"]
        }
        return request
    }

    // MARK: - While it runs

    func receive(header: UnsafeRawBufferPointer) {
        guard header.first != UInt8(ascii: "\r") && header.first != UInt8(ascii: "\n") else { return headEnded() }
        answer.take(header: header)
    }

    private func headEnded() {
        guard answer.status >= 200 else { return }
        answeredAt = clock.now
        trouble = Judgement.judge(
            answer, askedFrom: offset, expected: record.expected, signature: record.signature, now: clock.now)
        guard trouble == nil else { return }
        do throws(Trouble) {
            let startsOver = answer.status == 200 && part.length > 0
            if startsOver {
                try part.restart()
                (offset, type) = (0, nil)
            }
            promisedBytes.store(promisedSize ?? -1, ordering: .relaxed)
            part.note(validator: answer.strongETag, total: promisedSize, bootID: bootID)
        } catch { trouble = error }
    }

    func receive(body: UnsafeRawBufferPointer) -> Bool {
        guard answer.isVideo, trouble == nil else { return receive(errorPage: body) }
        if part.length == 0 && body.count >= VideoType.prefixLength {
            type = VideoType(prefix: body)
            guard type != nil else {
                trouble = .notVideo
                return false
            }
        }
        do throws(SystemError) { try part.append(body) } catch {
            trouble = Trouble(disk: error)
            return false
        }
        receivedBytes.add(Int64(body.count), ordering: .relaxed)
        rules.rateLimit?.take(body.count)
        return part.length <= promisedSize ?? .max
    }

    /// Takes the start of an error's body. False where it goes on for too long: the status says enough.
    private func receive(errorPage: UnsafeRawBufferPointer) -> Bool {
        if answer.isVideo { return false }
        answer.take(errorBody: errorPage)
        errorPageLength += Int64(errorPage.count)
        return errorPageLength <= Self.longestErrorPage
    }

    private var errorPageLength: Int64 = 0

    // MARK: - When it has ended

    /// The origin's clock less ours, in seconds, by the last answer.
    var skew: Double? { answer.generatedAt.map { $0 - answeredAt } }

    /// How much of the file's time is left.
    var secondsLeft: Double { startedAt + rules.wholeTimeout - clock.monotonic }

    /// Judges the try that has ended. Nil: the part is the whole video.
    func judgeEnd(_ failure: CurlFailure?, wasConnected: Bool, limits: TransferSettings) -> Trouble? {
        // What was judged by the head alone is judged again with the error's body, where the reason stands.
        if let redirectTrouble { return redirectTrouble }
        if answer.status >= 200 && !answer.isVideo {
            if isCompleteByAnswer416 { return checkWhole() }
            return Judgement.judge(
                answer, askedFrom: offset, expected: record.expected, signature: record.signature, now: clock.now)
        }
        if let trouble { return trouble }
        if let failure {
            return Judgement.judge(
                failure, answer, limits: limits, wasConnected: wasConnected, isTimeOver: secondsLeft < 0.05)
        }
        return checkWhole()
    }

    /// How many bytes the whole has, by the answer or the record.
    private var promisedSize: Int64? {
        answer.contentRange?.total ?? (answer.status == 200 ? answer.contentLength : nil) ?? record.expected.size
    }

    /// Asked for bytes beyond the end: the part is the whole object, if the object is the one that the part is from.
    private var isCompleteByAnswer416: Bool {
        answer.status == 416 && offset > 0 && answer.contentRange?.total == part.length
            && answer.strongETag == part.validator
    }

    private func checkWhole() -> Trouble? {
        if let size = record.expected.size, size != part.length {
            return Trouble(
                .mismatch, "\(part.length) bytes came, and the record says \(size)", startsOver: true)
        }
        if let size = promisedSize, part.length < size {
            return Trouble(.truncated, "\(part.length) of \(size) bytes came")
        }
        guard part.length >= ExpectedFile.smallest else {
            return Trouble(.notVideo, "only \(part.length) bytes came", startsOver: true)
        }
        do throws(SystemError) {
            // Not known yet where the first bytes came from an earlier run, or one by one.
            if type == nil { type = VideoType(prefix: try part.prefix(VideoType.prefixLength)) }
            return type == nil ? .notVideo : nil
        } catch { return Trouble(disk: error) }
    }

    /// Whether the tries so far have brought bytes that the next one can build on.
    var hasProgress: Bool { part.canContinue && part.length > firstOffset }

    /// Bytes of the body, over all tries. Can be read from any thread.
    var received: Int64 { receivedBytes.load(ordering: .relaxed) }

    /// Can be read from any thread.
    var progress: FetchProgress.Running {
        let size = promisedBytes.load(ordering: .relaxed)
        return FetchProgress.Running(
            path: record.path.text, bytes: min(firstOffset + received, size < 0 ? .max : size),
            size: size < 0 ? nil : size, seconds: clock.monotonic - startedAt)
    }

    /// The time that the origin gives the object, in Unix seconds.
    var modified: Int64? { answer.lastModified.flatMap(HTTPDate.parse) }
}

extension Trouble {
    static let interrupted = Trouble(.interrupted, "stopped before it was complete", countsAsAttempt: false)

    static let notVideo = Trouble(
        .notVideo, "the bytes are no video: an error page, perhaps", startsOver: true)
}
