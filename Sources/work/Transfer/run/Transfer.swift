internal import Curl
internal import POSIX
internal import Records
internal import Store
internal import Synchronization

/// One record on its way to the disk: a part that is being written, and what the origin said. It takes what libcurl
/// brings; what follows from its end is the run's to decide.
final class Transfer: AnswerReceiver, @unchecked Sendable {
    // It belongs to one thread at a time: to the run's, from its start to its end to the loop's, and while its part is
    // read once more to the hash thread. What the run reads meanwhile, for the progress, is atomic.
    let record: FetchRecord
    let part: PartFile
    private let start: Atomic<Double>
    /// Whether it is worth a large buffer.
    var isLarge = true
    /// Tries begun, the quick ones included.
    private(set) var tries = 0
    private(set) var answer = AnswerHead()
    private var isHeadOver = false
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
    private let expected: ExpectedFile
    private var hashes: HashCheck
    private var bootID: String { rules.bootID }
    private var clock: any Clock { rules.clock }
    /// Where the try has been redirected to, and how often.
    private var url: VideoURL
    private var redirects = 0
    /// What speaks against following the answer's redirect.
    private var redirectTrouble: TryError?
    /// What the head of the answer, its bytes or the disk have against it.
    private var trouble: TryError?

    /// Bytes of the answer's error page.
    private var errorPageLength: Int64 = 0

    /// An error page is read no further than this.
    private static let longestErrorPage: Int64 = 1 << 16

    /// What holds for all transfers of a run.
    struct Rules {
        let bootID: String
        /// Seconds for a file, over all quick tries.
        let wholeTimeout: Double
        let hosts: HostPolicy
        let verification: Verification
        let rateLimit: RateLimit?
        let clock: any Clock
    }

    init(_ record: FetchRecord, part: PartFile, rules: Rules) {
        self.record = record
        self.part = part
        self.rules = rules
        expected = record.expected.held(to: rules.verification)
        hashes = HashCheck(known: expected.checksums)
        url = record.url
        start = Atomic(rules.clock.monotonic)
        firstOffset = part.length
    }

    /// The request of the next try: from where the part ends, if the object is still the same.
    func nextRequest() -> TransferRequest {
        triedAt = clock.monotonic
        if tries == 0 { start.store(triedAt, ordering: .relaxed) }
        tries += 1
        (url, redirects) = (record.url, 0)
        return request(fresh: tries > 1)
    }

    /// The request that the answer redirects to; nil where it does not, or must not be followed there.
    func follow(_ target: [UInt8]) -> TransferRequest? {
        guard (300..<400).contains(answer.status), let target = VideoURL(target) else { return nil }
        redirectTrouble = rules.hosts.refusal(ofRedirectFrom: url, to: target)
        if redirects == HostPolicy.mostRedirects {
            redirectTrouble = TryError(.badRequest, "the origin redirected \(redirects) times, and again")
        }
        guard redirectTrouble == nil else { return nil }
        url = target
        redirects += 1
        return request(fresh: false)
    }

    private func request(fresh: Bool) -> TransferRequest {
        (answer, isHeadOver) = (AnswerHead(), false)
        (trouble, redirectTrouble) = (nil, nil)
        errorPageLength = 0
        offset = part.canContinue ? part.length : 0
        var request = TransferRequest(url: url.bytes)
        request.freshConnection = fresh
        // TLS comes in records of 16 KiB, whatever the buffer.
        let isWorthLarge = isLarge && !url.isEncrypted
        request.bufferSize = isWorthLarge ? TransferSettings.largeBuffer : TransferSettings.smallBuffer
        request.timeout = max(0.001, secondsLeft)
        if offset > 0, let validator = part.validator {
            request.offset = offset
            request.headers = ["If-Range: \(validator)"]
        }
        return request
    }

    // MARK: - While it runs

    func receive(header: UnsafeRawBufferPointer) {
        // What comes behind the body (RFC 9110, section 6.5) decides nothing.
        guard !isHeadOver else { return }
        guard header.first != UInt8(ascii: "\r") && header.first != UInt8(ascii: "\n") else { return headEnded() }
        answer.receive(header: header)
    }

    private func headEnded() {
        guard answer.status >= 200 else { return }
        isHeadOver = true
        answeredAt = clock.now
        trouble = AnswerJudge.judge(
            answer, askedFrom: offset, expected: expected, signature: record.signature, now: clock.now)
        guard trouble == nil else { return }
        do throws(TryError) {
            if answer.status == 200 && part.length > 0 {
                try part.restart()
                offset = 0
            }
            try prepareHash()
            promisedBytes.store(promisedSize ?? -1, ordering: .relaxed)
            try part.note(validator: answer.strongETag, total: promisedSize, bootID: bootID)
        } catch { trouble = error }
    }

    func receive(body: UnsafeRawBufferPointer) -> Bool {
        guard answer.isVideo, trouble == nil else { return receive(errorPage: body) }
        if part.length == 0 && rules.verification.level >= .type && body.count >= VideoType.prefixLength
            && VideoType(prefix: Array(body.prefix(VideoType.prefixLength))[...]) == nil
        {
            trouble = .notVideo
            return false
        }
        hashes.take(body, at: part.length)
        do throws(TryError) { try part.append(body) } catch {
            trouble = error
            return false
        }
        receivedBytes.add(Int64(body.count), ordering: .relaxed)
        rules.rateLimit?.take(body.count)
        guard part.length > promisedSize ?? .max else { return true }
        trouble = AnswerJudge.judgeOverlong(answer, expected)
        return false
    }

    /// Takes the start of an error's body. False where it goes on for too long: the status says enough.
    private func receive(errorPage: UnsafeRawBufferPointer) -> Bool {
        if answer.isVideo { return false }
        answer.append(errorBody: errorPage)
        errorPageLength += Int64(errorPage.count)
        return errorPageLength <= Self.longestErrorPage
    }

    // MARK: - When it has ended

    /// The origin's clock less ours, in seconds, by the last answer.
    var skew: Double? { answer.generatedAt.map { $0 - answeredAt } }

    /// How much of the file's time is left.
    var secondsLeft: Double { startedAt + rules.wholeTimeout - clock.monotonic }

    /// Judges the try that has ended. Nil: the part is the whole video.
    func judgeEnd(_ failure: CurlFailure?, wasConnected: Bool, limits: TransferSettings) -> TryError? {
        // What was judged by the head alone is judged again with the error's body, where the reason stands.
        if let redirectTrouble { return redirectTrouble }
        if answer.status >= 200 && !answer.isVideo {
            if isCompleteByAnswer416 { return judgeComplete() }
            return AnswerJudge.judge(
                answer, askedFrom: offset, expected: expected, signature: record.signature, now: clock.now)
        }
        if let trouble { return trouble }
        if let failure {
            return AnswerJudge.judge(
                failure, answer, limits: limits, wasConnected: wasConnected, isTimeOver: secondsLeft < 0.05)
        }
        return checkWhole()
    }

    /// How many bytes the whole has, by the answer or the record. Only these answers have a range that means something
    /// (RFC 9110, section 14.4).
    private var promisedSize: Int64? {
        switch answer.status {
        case 206, 416: answer.contentRange?.total ?? expected.size
        case 200: answer.contentLength ?? expected.size
        default: expected.size
        }
    }

    /// Asked for bytes beyond the end: the part is the whole object. Another object would have been answered with 200,
    /// as `If-Range` has it, and an error need not give an ETag.
    private var isCompleteByAnswer416: Bool {
        answer.status == 416 && offset > 0 && answer.contentRange?.total == part.length
            && (answer.etag == nil || answer.strongETag == part.validator)
    }

    private func judgeComplete() -> TryError? {
        do throws(TryError) { try prepareHash() } catch { return error }
        return AnswerJudge.judge(etag: part.validator, expected) ?? checkWhole()
    }

    private func checkWhole() -> TryError? {
        if let size = expected.size, size != part.length {
            return TryError(
                .mismatch, "\(part.length) bytes came, and the record says \(size)", startsOver: true)
        }
        if let size = promisedSize, part.length < size {
            return TryError(.truncated, "\(part.length) of \(size) bytes came")
        }
        guard part.length >= expected.smallest else {
            return TryError(.notVideo, "only \(part.length) bytes came", startsOver: true)
        }
        do throws(TryError) { if !part.isInMemory { try part.save() } } catch { return error }
        do throws(SystemError) {
            let level = rules.verification.level
            if let trouble = try VideoCheck.trouble(
                with: part.file, length: part.length, level: level, start: part.gathered)
            {
                return promisedSize == nil && trouble != .notVideo ? .cutUntold : trouble
            }
        } catch { return TryError(disk: error) }
        return isHashBehind ? nil : hashes.mismatch()
    }

    // MARK: - What the bytes hash to

    private func prepareHash() throws(TryError) { try hashes.learn(answerChecksums, length: part.length) }

    private var answerChecksums: [Checksum] {
        guard rules.verification.level > .none else { return [] }
        let etag = rules.verification.takesETagForMD5 ? answer.etag : nil
        return answer.checksums + [ExpectedFile.checksum(ofETag: etag, source: "the answer's 'ETag'")].compactMap { $0 }
    }

    /// Whether the part still has to be read, since bytes of it came in an earlier run.
    var isHashBehind: Bool { hashes.isBehind(part.length) }

    /// Hashes what was not hashed as it came. Nil: the part is the whole video.
    func catchUpHash(while mayGoOn: () -> Bool) -> TryError? {
        guard let file = part.file else { return hashes.mismatch() }
        do throws(TryError) { try hashes.readOn(file, to: part.length, while: mayGoOn) } catch { return error }
        return hashes.mismatch()
    }

    /// Whether the tries so far have brought bytes that the next one can build on.
    var hasProgress: Bool { part.canContinue && part.length > firstOffset }

    /// Bytes of the body, over all tries. Can be read from any thread.
    var received: Int64 { receivedBytes.load(ordering: .relaxed) }

    /// On the monotonic clock: when the first try began; before it, when its line was taken. Can be read from any
    /// thread.
    var startedAt: Double { start.load(ordering: .relaxed) }

    /// Can be read from any thread.
    var progress: FetchProgress.Running {
        let size = promisedBytes.load(ordering: .relaxed)
        return FetchProgress.Running(
            path: record.path.text, bytes: min(firstOffset + received, size < 0 ? .max : size),
            size: size < 0 ? nil : size, seconds: clock.monotonic - startedAt, record: record.echo)
    }

    /// The time that the origin gives the object, in Unix seconds.
    var modified: Int64? { answer.lastModified.flatMap(HTTPDate.parse) }
}
