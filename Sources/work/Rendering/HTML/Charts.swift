internal import Journal
internal import Terminal

/// A bar for each stretch of time, as high as its rate.
struct ThroughputChart {
    private let throughput: Throughput

    private static let width = 720.0
    private static let height = 180.0

    init(_ throughput: Throughput) { self.throughput = throughput }

    var html: String {
        let heading = "<section aria-labelledby=\"h-rate\"><h2 id=\"h-rate\">Throughput</h2>\n"
        guard let highest = throughput.buckets.map(\.bytes).max(), highest > 0 else {
            return heading + "<p>Nothing has been downloaded yet.</p></section>\n"
        }
        let (width, height) = (Self.width, Self.height)
        let stretch = HumanUnits.duration(Double(throughput.width))
        let step = width / Double(throughput.buckets.count)
        let (bars, failures) = paths(step: step, highest: highest)
        let peak = HumanUnits.bytes(highest / throughput.width) + "/s"
        let end = throughput.start + Int64(throughput.buckets.count) * throughput.width
        let (from, to) = (HumanUnits.moment(Double(throughput.start)), HumanUnits.moment(Double(end)))
        let failed = throughput.buckets.reduce(0) { $0 + $1.failed }
        return heading + """
            <p>How many bytes were downloaded when: a bar for each \(stretch), from the first result to the last. The \
            highest is \(peak).</p>
            <figure><div class="ends"><span>\(peak)</span></div>
            <svg class="rate" viewBox="0 0 \(Int(width)) \(Int(height) + 24)" preserveAspectRatio="none" role="img" \
            aria-labelledby="t-rate d-rate"><title id="t-rate">Throughput over time</title>
            <desc id="d-rate">From \(from) to \(to) UTC in \(throughput.buckets.count) stretches of \
            \(stretch); at most \(peak). \(HumanUnits.count(failed)) tries failed.</desc>
            <path class="bar" d="\(bars)"/><path class="mark" d="\(failures)"/>
            <path class="axis" d="M0 \(Int(height) + 16)H\(Int(width))"/></svg>
            <div class="ends"><span>\(from)</span><span>\(to) UTC</span></div>
            <figcaption>A file's bytes count when it is finished. Triangles above the axis: tries that failed.</figcaption></figure></section>

            """
    }

    private func paths(step: Double, highest: Int64) -> (bars: String, failures: String) {
        var bars = ""
        var failures = ""
        for (index, bucket) in throughput.buckets.enumerated() {
            let x = Double(index) * step
            if bucket.bytes > 0 {
                let length = max(1, Double(bucket.bytes) / Double(highest) * Self.height)
                bars += "M\(x.tenths) \(Self.height.tenths)v-\(length.tenths)h\((step * 0.9).tenths)v\(length.tenths)z"
            }
            if bucket.failed > 0 { failures += "M\(x.tenths) \((Self.height + 14).tenths)l4-8l4 8z" }
        }
        return (bars, failures)
    }
}

/// A bar for each size of files, and its number: a table, which fits on a phone and can be read aloud.
struct SizeChart {
    private let sizes: [SizeClass]

    init(_ sizes: [SizeClass]) { self.sizes = sizes }

    var html: String {
        let heading = "<section aria-labelledby=\"h-size\"><h2 id=\"h-size\">File sizes</h2>\n"
        guard let most = sizes.map(\.files).max(), most > 0 else {
            return heading + "<p>No file is there yet.</p></section>\n"
        }
        let rows = sizes.map { row($0, most: most) }.joined()
        return heading + """
            <p>How many of the files that are there have which size. Each row counts the files under its size, and from \
            half of that size on.</p>
            <table class="bars"><caption>Files by size</caption><thead><tr><th scope="col" class="n">Under</th>\
            <th scope="col" class="n">Files</th><td></td></tr></thead><tbody>
            \(rows)</tbody></table></section>

            """
    }

    private func row(_ size: SizeClass, most: Int) -> String {
        let share = (Double(size.files) / Double(most) * 100).tenths
        return """
            <tr><th scope="row" class="n">\(HumanUnits.bytes(size.under).replacing(".0 ", with: " "))</th>\
            <td class="n">\(HumanUnits.count(size.files))</td><td><svg height="14" aria-hidden="true">\
            <rect class="bar" width="\(share)%" height="14"/></svg></td></tr>

            """
    }
}

extension Double {
    /// For coordinates.
    fileprivate var tenths: String { String((self * 10).rounded() / 10) }
}
