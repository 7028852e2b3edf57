import Journal
import TestSupport
import Testing

@Suite struct FiguresTests {
    private func summary(_ lines: [String]) throws -> Summary {
        Summary(try Lines().journal(lines.joined(separator: "\n")), againstCatalog: false, tries: 5, now: 0)
    }

    @Test("percentiles are within 1.6 % of the value that is there")
    func percentiles() throws {
        let summary = try summary(
            (1...1000).map { #"{"path":"\#($0)","status":"success","bytes":\#($0 * 3000),"seconds":\#($0)}"# })
        let seconds = try #require(summary.seconds)
        for (found, wanted) in [(seconds.p50, 500.0), (seconds.p90, 900), (seconds.p95, 950), (seconds.p99, 990)] {
            #expect(abs(found - wanted) <= 0.016 * wanted)
        }
        #expect(abs(try #require(summary.rates).p50 - 3000) <= 48)
    }

    @Test("what an earlier run had fetched is not part of a rate")
    func resumed() throws {
        let summary = try summary([
            #"{"path":"a","status":"success","bytes":9000,"resumed_from":8000,"seconds":10}"#
        ])
        #expect(abs(try #require(summary.rates).p50 - 100) <= 1.6)
    }

    @Test(
        "throughput keeps every result in at most 240 buckets, in whatever order they come",
        arguments: [10, 5000, 3_000_000])
    func throughput(step: Int) throws {
        let times = (0..<400).map { 1_700_000_000 + ($0 * 7919 % 400) * step }
        let throughput = try summary(
            times.map { #"{"path":"\#($0)","status":"success","bytes":2,"finished_at":\#($0)}"# }
        ).throughput
        #expect(throughput.buckets.count <= Throughput.mostBuckets)
        #expect(throughput.buckets.reduce(0) { $0 + $1.success } == 400)
        #expect(throughput.start <= times.min()! && Int(throughput.width) * throughput.buckets.count >= 399 * step)
    }

    @Test("files are counted by size, those that are there")
    func sizes() throws {
        let summary = try summary([
            #"{"path":"a","status":"success","bytes":1023}"#, #"{"path":"b","status":"skipped","bytes":1024}"#,
            #"{"path":"c","status":"success","bytes":4095}"#, #"{"path":"d","status":"failed","bytes":4096}"#,
        ])
        #expect(summary.sizes.map(\.under) == [1024, 2048, 4096])
        #expect(summary.sizes.map(\.files) == [1, 1, 1])
    }

    @Test("tries are counted by line, files that were tried again by their attempt")
    func tries() throws {
        let tries = try summary([
            #"{"path":"a","status":"failed","error":"connect","retryable":true,"attempt":1}"#,
            #"{"path":"a","status":"success","attempt":2}"#,
            #"{"path":"b","status":"failed","error":"interrupted","retryable":true}"#,
        ]).tries
        #expect((tries.total, tries.success, tries.failed, tries.unfinished) == (3, 1, 2, 1))
        #expect((tries.retriedFiles, tries.retriedSuccess) == (1, 1))
    }
}
