import Journal
import Records
import Rendering
import TestSupport
import Testing

/// The metrics, checked against what Prometheus asks of them: "Metric and label naming", "Text-based format", the textfile
/// collector of node_exporter, and the lints of `promtool check metrics`.
@Suite struct PrometheusTests {
    private static let results = #"""
        {"course_id":1,"path":"1/1.mp4","status":"success","bytes":2048,"seconds":2,"finished_at":1700000010}
        {"course_id":1,"path":"1/2.mp4","status":"failed","error":"not_found","attempt":1,"finished_at":1700000012}
        {"course_id":2,"path":"2/1.mp4","status":"failed","error":"connect","retryable":true}
        {"course_id":2,"path":"2/1.mp4","status":"failed","error":"odd\"\n","retryable":true}
        torn
        """#

    private struct Sample {
        let name: String
        let labels: String
        let value: String
    }

    private func text(_ labels: [String] = []) throws -> String {
        var text = ""
        var summary = Summary(try Lines().journal(Self.results), againstCatalog: false, tries: 5, now: 1_700_000_200)
        summary.recentRate = 1000
        try PrometheusRenderer(labels: labels.map { try MetricLabel(parsing: $0) }).render(summary, to: &text)
        return text
    }

    private func samples(_ text: String) throws -> [Sample] {
        let form = try Regex(#"([a-z_]+)(?:\{(.*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?)"#)
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let match = try #require(try form.wholeMatch(in: line), "no sample, or one with a timestamp: \(line)")
            return Sample(
                name: String(match[1].substring ?? ""), labels: String(match[2].substring ?? ""),
                value: String(match[3].substring ?? ""))
        }
    }

    @Test("each metric has HELP and TYPE before its samples, which are together, and no series is there twice")
    func groups() throws {
        let text = try text()
        #expect(text.hasSuffix("\n") && !text.contains("\r") && !text.contains("\n\n"))
        var seen: Set<String> = []
        var current = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                #expect(seen.insert(words[2]).inserted && words[3].hasSuffix("."), "\(line)")
                current = words[2]
            } else if line.hasPrefix("# TYPE ") {
                #expect(words[2] == current && ["gauge", "counter"].contains(words[3]), "\(line)")
            } else {
                #expect(line.prefix { $0 != "{" && $0 != " " } == current, "\(line)")
            }
        }
        let series = try samples(text).map { $0.name + $0.labels }
        #expect(Set(series).count == series.count)
    }

    @Test(
        "names: a prefix, small letters, base units behind, '_total' behind counters alone, no type in them"
    )
    func names() throws {
        let text = try text()
        for line in text.split(separator: "\n").filter({ $0.hasPrefix("# TYPE ") }) {
            let words = line.split(separator: " ").map(String.init)
            let parts = words[2].split(separator: "_").map(String.init)
            #expect(parts.first == "tf" && words[2].allSatisfy { $0 == "_" || $0.isLowercase }, "\(line)")
            #expect((words[3] == "counter") == (parts.last == "total"), "\(line)")
            #expect(!["sum", "count", "bucket", "info"].contains(parts.last ?? ""), "\(line)")
            let unwanted: Set = [
                "gauge", "counter", "histogram", "summary", "milliseconds", "minutes", "hours", "days", "kilobytes",
                "kib", "kb", "mb", "gb", "ms", "s", "b", "percent", "job", "instance",
            ]
            #expect(unwanted.isDisjoint(with: parts), "\(line)")
        }
    }

    @Test("no label is one that Prometheus gives or keeps, and no value is a stranger's")
    func labels() throws {
        let form = try Regex(#"(state|result|error|owner|percentile)="[a-z0-9_]+""#)
        for sample in try samples(text()) where !sample.labels.isEmpty {
            #expect(sample.labels.wholeMatch(of: form) != nil, "\(sample.labels)")
        }
    }

    @Test("what can be counted is there before it happens, as 0")
    func initial() throws {
        let lines = try text().split(separator: "\n")
        for code in ErrorCode.allCases {
            #expect(lines.contains { $0.hasPrefix("tf_failing_files{error=\"\(code.rawValue)\"}") })
        }
        #expect(lines.contains(#"tf_files{state="delayed"} 1"#))
        #expect(lines.contains(#"tf_failing_files{error="not_found"} 1"#))
        #expect(lines.contains(#"tf_failing_files{error="timeout"} 0"#))
        #expect(lines.contains(#"tf_failing_files{error="other"} 1"#))
        #expect(lines.contains(#"tf_tries_total{result="failed"} 3"#))
        #expect(lines.contains("tf_last_result_timestamp_seconds 1700000012"))
    }

    @Test("with a label of its own, a job has no series in common with another")
    func twoJobs() throws {
        let (one, two) = try (samples(text(["library=guitar"])), samples(text(["library=piano"])))
        #expect(Set(one.map { $0.name + $0.labels }).isDisjoint(with: two.map { $0.name + $0.labels }))
        #expect(one.allSatisfy { $0.labels.hasPrefix(#"library="guitar""#) })
        #expect(try text(["library=guitar"]).contains(#"tf_files{library="guitar",state="failed"} 1"#))
    }

    @Test("the value of a label is any text, escaped as the format has it")
    func escapes() throws {
        let text = try text([#"library=C:\films "of" 2026"# + "\n{é=}", "site=b"])
        #expect(text.contains(#"tf_courses{library="C:\\films \"of\" 2026\n{é=}",site="b"} 2"#))
    }

    @Test(
        "a label that is not valid, or belongs to something else's, is refused",
        arguments: [
            "library", "=guitar", "library=", "1st=a", "my-library=a", "b\u{E4}nd=a", "a b=c", "__name__=a", "job=a",
            "instance=a", "le=1", "quantile=0.5", "state=a", "error=a", "owner=a", "result=a", "percentile=a", "a:b=c",
        ])
    func refused(text: String) {
        #expect(throws: MetricLabel.LabelError.self) { try MetricLabel(parsing: text) }
    }
}
