internal import Curl
internal import POSIX
internal import Records
internal import Store
internal import Synchronization

/// One record on its way to the disk: a part that is being written, and what the origin said. It takes what libcurl
/// brings; what follows from its end is the run's to decide.
final class FileTransfer: AnswerReceiver, @unchecked Sendable {
    // It belongs to one thread at a time: to the run's, from its start to its end to the loop's, and while its part is
    // read once more to the hash thread. What the run reads meanwhile, for the progress, is atomic.
    let record: FetchRecord
    let part: PartFile
    /// The file that is there, where the origin is asked only for what has changed.
    let condition: RefreshCondition?
    private let start: Atomic<Double>
    /// Whether it is worth a large buffer.
    var isLarge = true
    /// Tries begun, the quick ones included.
    private(set) var tries = 0
    private(set) var answer = AnswerHead()
    private(set) var isHeadOver = false
    /// When the last try began, on the monotonic clock.
    private(set) var triedAt = 0.0
    /// When the head of the last answer came, in Unix seconds.
    var answeredAt = 0.0
    /// Where the try that runs began in the file.
    private(set) var offset: Int64 = 0
    /// Where the first request of the try that runs began.
    private(set) var resumedFrom: Int64 = 0
    /// What an earlier run had left.
    let firstLength: Int64
    /// Whether the last try's request went out, or an answer came.
    var hadContact = false
    /// What had been received before the last try.
    private var receivedBefore: Int64 = 0
    private let receivedBytes = Atomic<Int64>(0)
    private let promisedBytes = Atomic<Int64>(-1)

    let rules: Rules
    let expected: ExpectedFile
    var hashes: HashCheck
    let recordedField: Field?
    private var bootID: String { rules.bootID }
    var clock: any Clock { rules.clock }
    /// Where the try has been redirected to, and how often.
    private var url: VideoURL
    private var redirects = 0
    /// What speaks against following the answer's redirect.
    var redirectError: TryError?
    /// What the head of the answer, its bytes or the disk have against it.
    var answerError: TryError?

    /// The bytes of the whole, as an answer to an earlier try gave them.
    var knownTotal: Int64?
    /// How many bytes the part has at most when this answer's body has ended.
    private var mostLength = Int64.max
    /// Whether the body came in one piece, and was seen to be a video.
    var isVideoChecked = false

    /// The pieces of the file that come by connections of their own.
    var ranges: [RangeTransfer] = []
    /// Where the first of such pieces begins: bytes from there on are not taken.
    var limit = Int64.max
    /// Whether all bytes before the limit are here, so that the answer was ended.
    private(set) var isAtLimit = false
    /// Whether it asks for nothing, as it waits for the piece that follows.
    var isResting = false
    /// Whether further pieces may be begun.
    var mayBeSplit = true

    /// Bytes of the answer's error page.
    private var errorPageLength: Int64 = 0

    /// An error page is read no further than this.
    private static let longestErrorPage: Int64 = 1 << 16

    /// What is the same for all transfers of a run.
    struct Rules {
        let bootID: String
        /// Seconds for a file, over all quick tries.
        let wholeTimeout: Double
        let hosts: HostPolicy
        let verification: Verification
        /// What the bytes of each file are hashed with, for its result.
        var recordedHash: Checksum.Algorithm?
        let rateLimit: RateLimit?
        let clock: any Clock
        var extras = RequestExtras()
        /// Whether files are synced before they count.
        var isDurable = false
    }

    init(_ record: FetchRecord, part: PartFile, condition: RefreshCondition? = nil, rules: Rules) {
        self.record = record
        self.part = part
        self.condition = condition
        self.rules = rules
        expected = record.expected.held(to: rules.verification)
        recordedField = rules.recordedHash?.field.flatMap { record.told.contains($0) ? nil : $0 }
        hashes = HashCheck(known: expected.checksums, recorded: recordedField == nil ? nil : rules.recordedHash)
        url = record.url
        start = Atomic(rules.clock.monotonic)
        firstLength = part.held
        part.isToBeSynced = rules.isDurable
    }

    /// The request of the next try: from where the part ends, if the object is still the same.
    func nextRequest() -> TransferRequest {
        triedAt = clock.monotonic
        if tries == 0 { start.store(triedAt, ordering: .relaxed) }
        tries += 1
        hadContact = false
        receivedBefore = received
        (url, redirects) = (record.url, 0)
        defer { resumedFrom = offset }
        return request(fresh: tries > 1)
    }

    /// The request that the answer redirects to; nil where it does not, or must not be followed there.
    func follow(_ target: [UInt8]) -> TransferRequest? {
        guard (300..<400).contains(answer.status), !isUnchanged, let target = VideoURL(target) else { return nil }
        redirectError = rules.hosts.refusal(
            ofRedirectFrom: url, to: target, after: redirects, marks: answer.marks)
        guard redirectError == nil else { return nil }
        url = target
        redirects += 1
        return request(fresh: false)
    }

    /// The request for a piece, as far as it is like the transfer's own.
    func requestOfRange(from start: Int64) -> TransferRequest {
        var request = TransferRequest(url: url.bytes)
        // Streams of one HTTP/2 connection would share its limits.
        request.freshConnection = url.isEncrypted
        request.timeout = max(0.001, secondsLeft)
        request.offset = start
        if let validator = part.validator { request.headers = ["If-Range: \(validator)"] }
        request.headers += rules.extras.lines(for: url, of: record.url, at: clock.now)
        return request
    }

    func request(fresh: Bool) -> TransferRequest {
        (answer, isHeadOver) = (AnswerHead(), false)
        (isAtLimit, isResting) = (false, false)
        limit = part.islands.first?.lowerBound ?? .max
        (answerError, redirectError) = (nil, nil)
        isVideoChecked = false
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
        request.headers += rules.extras.lines(for: url, of: record.url, at: clock.now)
        // It is judged before the range (RFC 9110, section 13.2.2).
        if let condition { request.headers.append(condition.header) }
        return request
    }

    // MARK: - While it runs

    func receive(header: UnsafeRawBufferPointer) {
        // What comes after the body (RFC 9110, section 6.5) decides nothing.
        guard !isHeadOver else { return }
        guard header.first != UInt8(ascii: "\r") && header.first != UInt8(ascii: "\n") else { return headEnded() }
        answer.receive(header: header)
    }

    private func headEnded() {
        guard answer.status >= 200 else { return }
        isHeadOver = true
        answeredAt = clock.now
        // Of a class's member each use would make a copy.
        let answer = answer
        answerError = judge(head: answer)
        guard answerError == nil, !isUnchanged else { return }
        do throws(TryError) {
            if answer.status == 200 && part.length > 0 {
                dropRanges()
                try part.restart()
                (offset, resumedFrom, limit) = (0, 0, .max)
            }
            try prepareHash(answer)
            let promised = promisedSize(answer)
            promisedBytes.store(promised ?? -1, ordering: .relaxed)
            mostLength = answer.bodyEnd ?? promised ?? .max
            // A range is of the object that the part is from, as `If-Range` has it.
            guard answer.status == 200 else { return }
            knownTotal = answer.total
            try part.note(validator: answer.strongETag, total: promised, bootID: bootID)
        } catch { answerError = error }
    }

    /// Whether the origin has said that the object is the one that the file is from.
    var isUnchanged: Bool { condition != nil && answer.status == AnswerHead.notModified }

    func judge(head: AnswerHead) -> TryError? {
        if let condition, head.status == AnswerHead.notModified { return condition.contradiction(head) }
        return AnswerJudge.judge(head, asked: asked, expected: expected, signature: record.signature, now: clock.now)
    }

    var asked: AskedRange {
        AskedRange(from: offset, validator: offset > 0 ? part.validator : nil, total: knownTotal)
    }

    func receive(body: UnsafeRawBufferPointer) -> Bool {
        guard answer.isVideo, answerError == nil else { return receive(errorPage: body) }
        let room = limit - part.length
        isAtLimit = body.count >= room
        let body = isAtLimit ? UnsafeRawBufferPointer(rebasing: body.prefix(Int(room))) : body
        do throws(TryError) { try take(body) } catch {
            answerError = error
            return false
        }
        count(body.count)
        if isAtLimit { return false }
        guard part.length > mostLength else { return true }
        answerError = AnswerJudge.judgeOverlong(answer, expected)
        return false
    }

    func count(_ bytes: Int) {
        receivedBytes.add(Int64(bytes), ordering: .relaxed)
        rules.rateLimit?.take(bytes)
    }

    /// A small file comes in one piece: it is checked and written where it is, with no copy made.
    private func take(_ body: UnsafeRawBufferPointer) throws(TryError) {
        let start = part.length
        if start == 0 {
            let isWhole = body.count == promisedBytes.load(ordering: .relaxed)
            let kind = expected.kind
            let flaw = ContentCheck.flaw(in: body, kind: kind, level: rules.verification.level, areAll: isWhole)
            if flaw == .type, isWhole || ContentCheck.canTell(body, kind) { throw .not(kind) }
            isVideoChecked = isWhole && flaw == nil
        }
        hashes.update(body, at: start)
        try part.append(body, areLast: start == 0 && isVideoChecked)
    }

    /// Takes the start of an error's body. False where it goes on for too long: the status says enough.
    private func receive(errorPage: UnsafeRawBufferPointer) -> Bool {
        if answer.isVideo { return false }
        answer.append(errorBody: errorPage)
        errorPageLength += Int64(errorPage.count)
        return errorPageLength <= Self.longestErrorPage
    }

    // MARK: - What has come

    /// Whether the tries so far have brought bytes that the next one can build on.
    var hasProgress: Bool { part.canContinue && part.held > firstLength }

    /// Bytes of the video that the last try has brought.
    var bytesOfTry: Int64 { received - receivedBefore }

    /// Bytes of the body, over all tries. Can be read from any thread.
    var received: Int64 { receivedBytes.load(ordering: .relaxed) }

    /// On the monotonic clock: when the first try began; before it, when its line was taken. Can be read from any
    /// thread.
    var startedAt: Double { start.load(ordering: .relaxed) }

    /// Can be read from any thread.
    var progress: FetchProgress.Running {
        let size = promisedBytes.load(ordering: .relaxed)
        return FetchProgress.Running(
            path: record.path.text, bytes: min(firstLength + received, size < 0 ? .max : size),
            size: size < 0 ? nil : size, seconds: clock.monotonic - startedAt, record: record.echo)
    }

    /// The origin's ETag, if it is of a usual length.
    var etag: String? { answer.etag.flatMap { $0.utf8.count <= Self.longestETag ? $0 : nil } }

    private static let longestETag = 256

    /// The time that the origin gives the object, in Unix seconds.
    var modified: Int64? { answer.lastModified.flatMap(HTTPDate.parse) }
}
