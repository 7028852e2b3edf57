import Records
import Store
import Testing

@testable import Transfer

@Suite struct StatusMeaningTests {
    /// iana.org/assignments/http-status-codes, as of 2026: 306 and 418 are registered as unused.
    private static let registered =
        Array(100...104) + Array(200...208) + [226] + Array(300...308) + Array(400...418) + Array(421...426)
        + [428, 429, 431, 451] + Array(500...508) + [510, 511]

    @Test("each registered status has its own row, and no status has two")
    func complete() {
        let statuses = StatusMeaning.all.map(\.status)
        #expect(Set(statuses).count == statuses.count)
        #expect(Set(Self.registered).subtracting(statuses).isEmpty)
        #expect(StatusMeaning.all.allSatisfy { !$0.reason.isEmpty && !$0.reason.hasSuffix(".") })
    }

    @Test("a status that is in no table counts as the first of its class, and beyond them as no answer")
    func unassigned() {
        for status in 200..<600 {
            let meaning = StatusMeaning.of(status)
            #expect(meaning.status == status || meaning.status == status / 100 * 100)
        }
        for status in [0, 99, 600, 700, 999] { #expect(StatusMeaning.of(status).code == .badAnswer) }
    }

    @Test("the codes are those that the contract promises")
    func contract() {
        for status in 400..<600 {
            let error = StatusMeaning.of(status).code
            switch status {
            case 401, 403: #expect(error == .forbidden)
            case 404, 410: #expect(error == .notFound)
            case 408: #expect(error == .timeout)
            case 420, 429, 430, 509, 529: #expect(error == .rateLimited)
            case 416, 421, 425: #expect(error == .badAnswer)
            case 400..<500: #expect(error == .badRequest)
            default: #expect(error == .serverError)
            }
        }
    }

    @Test(
        "whose fault it is",
        arguments: [
            (404, FaultOwner.record), (410, .record), (414, .record), (451, .record), (421, .host), (429, .host),
            (500, .host), (503, .host), (522, .host), (407, .way), (511, .way), (450, .way), (599, .way),
            (401, .credentials), (403, .credentials), (402, .credentials), (496, .credentials), (561, .credentials),
        ])
    func owners(status: Int, owner: FaultOwner) {
        let error = AnswerJudge.judge(
            AnswerHeadTests.answer("HTTP/1.1 \(status) X"), asked: AskedRange(), expected: ExpectedFile(), now: 1000)
        #expect(error?.owner == owner)
        #expect(error?.message.hasPrefix("the origin answered \(status): ") == true)
    }
}
