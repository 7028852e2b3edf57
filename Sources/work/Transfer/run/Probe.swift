internal import Curl
internal import NDJSON
package import POSIX
internal import Records
internal import Store

/// Asks for records' videos as a run does, and takes no more than the first bytes of each: what is wrong is known before
/// a run, in the run's own words. Nothing is written to the disk. One record is asked for after the other.
package final class Probe {
    private let settings: FetchSettings
    private let clock: any Clock
    private let input: any RecordSource
    private let results: any ResultSink
    private let transport: any Transport

    /// - Parameter results: gets a line for each record.
    package init(
        _ settings: FetchSettings, input: any RecordSource, results: any ResultSink, transport: any Transport,
        clock: any Clock
    ) {
        (self.settings, self.clock) = (settings, clock)
        (self.input, self.results, self.transport) = (input, results, transport)
    }

    /// Asks for all records of the input.
    ///
    /// - Returns: how many of them a run could not fetch now.
    package func run() throws(SystemError) -> Int {
        var failed = 0
        while true {
            switch try input.next() {
            case .ready(let record):
                let answer = ask(for: record)
                if answer.error != nil { failed += 1 }
                try write(answer.line)
            case .decided(let result):
                failed += 1
                var line = LineBuffer()
                result.write(into: &line, now: clock.now)
                try write(line)
            case .nothingYet:
                var watched = [MultiHandle.Watched(input.descriptor)]
                transport.wait(&watched, milliseconds: 1000)
            case .ended: return failed
            }
        }
    }

    private func write(_ line: LineBuffer) throws(SystemError) {
        let written = line.bytes.withUnsafeBytes { bytes in
            Result { () throws(SystemError) in try results.write(bytes) }
        }
        try written.get()
    }

    private func ask(for record: FetchRecord) -> ProbeAnswer {
        let answer = ProbeAnswer(record, clock)
        answer.error = settings.hosts.refusal(of: record.url)
        guard answer.error == nil else { return answer }
        var next: VideoURL? = record.url
        while let url = next {
            next = nil
            let ended = exchange(url, of: record, answer)
            if let target = ended.redirectURL.flatMap({ VideoURL($0) }), answer.isRedirect {
                answer.error = settings.hosts.refusal(
                    ofRedirectFrom: url, to: target, after: answer.redirects, marks: answer.head.marks)
                guard answer.error == nil else { return answer }
                next = target
            } else {
                answer.judgeEnd(ended, limits: settings.transfer)
            }
        }
        return answer
    }

    private func exchange(_ url: VideoURL, of record: FetchRecord, _ answer: ProbeAnswer) -> EndedRequest {
        answer.begin()
        var request = TransferRequest(url: url.bytes)
        request.bufferSize = TransferSettings.smallBuffer
        request.headers = settings.extras.lines(for: url, of: record.url, at: clock.now)
        transport.start(request, for: answer)
        while true {
            transport.perform { true }
            if let ended = transport.nextEnded() { return ended }
            var watched: [MultiHandle.Watched] = []
            transport.wait(&watched, milliseconds: 1000)
        }
    }
}

/// The head and the first bytes of an answer.
private final class ProbeAnswer: AnswerReceiver {
    private let record: FetchRecord
    private let clock: any Clock
    private(set) var head = AnswerHead()
    /// Why a run could not fetch the file.
    var error: TryError?
    private(set) var redirects = -1
    /// As the status line names it: `HTTP/1.1`.
    private var httpVersion = ""
    private var isHeadOver = false
    private var askedAt = 0.0
    private var answeredAt: (monotonic: Double, unix: Double)?
    private var firstBytes: [UInt8] = []

    init(_ record: FetchRecord, _ clock: any Clock) { (self.record, self.clock) = (record, clock) }

    func begin() {
        (head, isHeadOver, firstBytes, answeredAt) = (AnswerHead(), false, [], nil)
        askedAt = clock.monotonic
        redirects += 1
    }

    var isRedirect: Bool { (300..<400).contains(head.status) }

    func receive(header: UnsafeRawBufferPointer) {
        guard !isHeadOver else { return }
        guard header.first != UInt8(ascii: "\r") && header.first != UInt8(ascii: "\n") else {
            isHeadOver = head.status >= 200
            answeredAt = (clock.monotonic, clock.now)
            return
        }
        if header.starts(with: Array("HTTP/".utf8)) {
            httpVersion = String(decoding: header.prefix { $0 != UInt8(ascii: " ") }.prefix(8), as: UTF8.self)
        }
        head.receive(header: header)
    }

    func receive(body: UnsafeRawBufferPointer) -> Bool {
        guard head.isVideo else {
            head.append(errorBody: body)
            return head.errorBody.count < AnswerHead.longestErrorBody
        }
        firstBytes.append(contentsOf: body.prefix(ContentCheck.headLength - firstBytes.count))
        return !canTell
    }

    private var canTell: Bool { firstBytes.withUnsafeBytes { ContentCheck.canTell($0, record.expected.kind) } }

    private var isOfKind: Bool {
        firstBytes.withUnsafeBytes { ContentCheck.flaw(in: $0, kind: record.expected.kind, level: .type) == nil }
    }

    /// Judges the answer by what the run judges its own by.
    func judgeEnd(_ ended: EndedRequest, limits: TransferSettings) {
        if isHeadOver {
            error = AnswerJudge.judge(
                head, asked: AskedRange(), expected: record.expected, signature: record.signature, now: clock.now)
            guard error == nil, !canTell else {
                if error == nil && !isOfKind { error = .not(record.expected.kind) }
                return
            }
        }
        if let failure = ended.failure {
            error = FailureJudge.judge(
                failure, head, limits: limits, wasConnected: ended.wasConnected, isTimeOver: false)
        } else if error == nil, !isOfKind {
            error = .not(record.expected.kind)
        }
    }

    /// The record's line with what was found.
    var line: LineBuffer {
        var line = LineBuffer()
        line.append(json: record.echo)
        if head.status > 0, let answeredAt {
            line.add(ProbeField.httpVersion, httpVersion)
            line.add(ProbeField.httpStatus, head.status)
            line.add(ProbeField.seconds, milliseconds: answeredAt.monotonic - askedAt)
            if let theirs = head.generatedAt { line.add(ProbeField.clockAhead, milliseconds: answeredAt.unix - theirs) }
            if error == nil, let total = head.total { line.add(ProbeField.bytes, total) }
        }
        if let error {
            line.add(ProbeField.error, error.code.rawValue)
            line.add(ProbeField.message, error.message)
            line.add(ProbeField.owner, error.owner.rawValue)
        }
        line.close()
        return line
    }
}

/// What a probe adds to a record's fields. It has no `status`: such a line is not a result.
private enum ProbeField: UInt8, FieldName {
    case httpVersion, httpStatus, seconds, clockAhead, bytes, error, message, owner

    static let names = snakeCaseNames
}
