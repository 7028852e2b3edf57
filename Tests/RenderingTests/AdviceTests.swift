import Journal
import NDJSON
import Records
import TestSupport
import Testing

@testable import Rendering

/// What people are told about failures, and about whose fault they are.
@Suite struct AdviceTests {
    @Test("each error has advice for each owner, which fits into a table of 80 columns", arguments: ErrorCode.allCases)
    func complete(error: ErrorCode) {
        for owner in FaultOwner.allCases {
            let advice = ErrorCode.advice(on: error.rawValue, owner: owner)
            #expect((10...56).contains(advice.count), "\(owner): \(advice)")
            #expect(advice.first?.isLowercase == true && advice.last != ".", "\(owner): \(advice)")
        }
        #expect(ErrorCode.advice(on: error.rawValue) == ErrorCode.advice(on: error.rawValue, owner: error.usualOwner))
    }

    @Test(
        "advice follows the owner: the same error asks for another remedy",
        arguments: [
            (ErrorCode.forbidden, FaultOwner.credentials, "key pair"), (.forbidden, .record, "key template"),
            (.forbidden, .way, "portal"), (.badRequest, .credentials, "region"), (.badRequest, .way, "portal"),
            (.connect, .host, "network"), (.connect, .way, "proxy"), (.tls, .way, "--cacert"),
            (.ioError, .disk, "disk"), (.ioError, .folder, "folder"), (.notVideo, .way, "portal"),
            (.serverError, .host, "later"), (.serverError, .way, "proxy"), (.truncated, .way, "line"),
        ])
    func remedies(error: ErrorCode, owner: FaultOwner, word: String) {
        #expect(ErrorCode.advice(on: error.rawValue, owner: owner).contains(word))
    }

    @Test("no two owners mean the same, nor call for the same")
    func owners() {
        #expect(Set(FaultOwner.allCases.map(\.meaning)).count == FaultOwner.allCases.count)
        #expect(Set(FaultOwner.allCases.map(\.advice)).count == FaultOwner.allCases.count)
    }

    @Test("a code that this version does not know gets its owner's advice, else none")
    func unknown() {
        #expect(ErrorCode.advice(on: "of_tomorrow", owner: .way) == FaultOwner.way.advice)
        #expect(ErrorCode.advice(on: "of_tomorrow").contains("'message'"))
    }

    private static let results = #"""
        {"path":"1","status":"failed","error":"forbidden","owner":"record","retryable":true}
        {"path":"2","status":"failed","error":"forbidden","owner":"record","retryable":true}
        {"path":"3","status":"failed","error":"forbidden","owner":"credentials","retryable":true}
        {"path":"4","status":"failed","error":"connect","retryable":true}
        {"path":"5","status":"failed","error":"of_tomorrow","owner":"way","retryable":true}
        {"path":"6","status":"failed","error":"of_tomorrow","owner":"the moon","retryable":true}
        {"path":"7","status":"failed","error":"tls","owner":"host","retryable":true}
        {"path":"7","status":"success","bytes":1}
        """#

    private func summary() throws -> Summary {
        Summary(try Lines().journal(Self.results), againstCatalog: false, tries: 5, now: 0)
    }

    private func text(_ renderer: some Renderer, _ summary: Summary) -> String {
        var text = ""
        renderer.render(summary, to: &text)
        return text
    }

    @Test("files are counted by whose fault it was: as the results say, else as is usual for the error")
    func faults() throws {
        let faults = try summary().faults.map { "\($0.files) \($0.owner.rawValue) \($0.code)" }
        #expect(faults == ["2 record forbidden", "1 host connect", "1 credentials forbidden", "1 way of_tomorrow"])
        let owners = try summary().owners.filter { $0.files > 0 }.map { "\($0.owner.rawValue) \($0.files)" }
        #expect(owners == ["record 2", "host 1", "way 1", "credentials 1"])
    }

    @Test("the table gives the advice for the owner that has most of them")
    func table() throws {
        let table = text(TableRenderer(), try summary())
        #expect(table.contains("forbidden        3  no such object, or no permission: check the key template"))
        #expect(table.contains("record           2  the records"))
    }

    @Test("JSON has the owners, and a snapshot gives them back")
    func json() throws {
        let json = text(JSONRenderer(), try summary())
        #expect(json.contains(#""faults":[{"owner":"record","error":"forbidden","files":2},{"owner":"host","#))
        let read = try #require(Snapshot().read(Array(json.utf8), now: 0))
        #expect(try read.faults == summary().faults)
        #expect(text(TableRenderer(), read) == text(TableRenderer(), try summary()))
    }

    @Test("HTML and the metrics have them")
    func others() throws {
        let page = text(HTMLRenderer(failed: nil), try summary())
        #expect(page.contains("<th scope=\"row\">credentials</th><td class=\"n\">1</td>"))
        let metrics = text(PrometheusRenderer(), try summary())
        #expect(metrics.contains("tf_owned_failing_files{owner=\"way\"} 1\n"))
        #expect(metrics.contains("tf_owned_failing_files{owner=\"disk\"} 0\n"))
    }

    @Test("results of a clock that was ahead, or that was set back, are shown as well as can be")
    func clocks() throws {
        let results = #"""
            {"path":"1","status":"success","bytes":5,"seconds":-3,"finished_at":4102444800}
            {"path":"2","status":"success","bytes":5,"seconds":1e300,"finished_at":1}
            {"path":"3","status":"failed","error":"connect","retryable":true,"retry_at":1e300,"finished_at":-5}
            {"path":"4","status":"failed","error":"connect","retryable":true,"finished_at":1e308}
            """#
        var summary = Summary(try Lines().journal(results), againstCatalog: false, tries: 5, now: 1_700_000_000)
        summary.recentRate = .max
        #expect(text(HTMLRenderer(failed: nil), summary).hasSuffix("</html>\n"))
        for text in [
            text(TableRenderer(), summary), text(JSONRenderer(), summary), text(PrometheusRenderer(), summary),
        ] {
            for word in [" -", ":-", "nan", "inf,", " inf"] { #expect(!text.contains(word), "\(word) in \(text)") }
        }
    }
}
