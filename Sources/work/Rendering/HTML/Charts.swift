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
            <figure class="wide"><svg viewBox="0 -18 \(Int(width)) \(Int(height) + 62)" style="min-width:30rem" role="img" aria-labelledby="t-rate d-rate">
            <title id="t-rate">Throughput over time</title>
            <desc id="d-rate">From \(from) to \(to) UTC in \(throughput.buckets.count) stretches of \
            \(stretch); at most \(peak). \(HumanUnits.count(failed)) tries failed.</desc>
            <path class="bar" d="\(bars)"/><path class="mark" d="\(failures)"/>
            <path class="axis" d="M0 \(Int(height) + 16)H\(Int(width))"/>
            <text x="0" y="-5">\(peak)</text><text x="0" y="\(Int(height) + 34)">\(from)</text>
            <text x="\(Int(width))" y="\(Int(height) + 34)" text-anchor="end">\(to) UTC</text></svg>
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

/// A bar for each size of files, with its number above.
struct SizeChart {
    private let sizes: [SizeClass]

    private static let height = 160.0

    init(_ sizes: [SizeClass]) { self.sizes = sizes }

    var html: String {
        let heading = "<section aria-labelledby=\"h-size\"><h2 id=\"h-size\">File sizes</h2>\n"
        guard let most = sizes.map(\.files).max(), most > 0 else {
            return heading + "<p>No file is there yet.</p></section>\n"
        }
        let step = max(80.0, 720 / Double(max(sizes.count, 6)))
        let width = Int(step * Double(sizes.count))
        var bars = ""
        for (index, size) in sizes.enumerated() {
            bars += bar(size, x: Double(index) * step, width: step, most: most)
        }
        return heading + """
            <p>How many of the files that are there have which size. Each bar counts the files under the size that is \
            below it, and from half of that size on.</p>
            <figure class="wide"><svg viewBox="0 0 \(width) 212" style="min-width:\(min(width, 720))px;max-width:\(width)px" \
            role="img" aria-labelledby="t-size d-size"><title id="t-size">Files by size</title>
            <desc id="d-size">\(words)</desc>\(bars)<path class="axis" d="M0 186H\(width)"/></svg>
            <figcaption>The number above a bar is its number of files.</figcaption></figure></section>

            """
    }

    private var words: String {
        sizes.filter { $0.files > 0 }
            .map { "\(HumanUnits.count($0.files)) under \(HumanUnits.bytes($0.under))" }.joined(separator: ", ")
    }

    private func bar(_ size: SizeClass, x: Double, width: Double, most: Int) -> String {
        let length = Double(size.files) / Double(most) * Self.height
        let (middle, top) = ((x + width / 2).tenths, 186 - length)
        return """
            <rect class="bar" x="\((x + width * 0.15).tenths)" y="\(top.tenths)" width="\((width * 0.7).tenths)" \
            height="\(length.tenths)"/><text x="\(middle)" y="\((top - 4).tenths)" text-anchor="middle">\
            \(HumanUnits.count(size.files))</text><text x="\(middle)" y="204" text-anchor="middle">\
            &lt; \(HumanUnits.bytes(size.under).replacing(".0 ", with: " "))</text>
            """
    }
}

extension Double {
    /// For coordinates.
    fileprivate var tenths: String { String((self * 10).rounded() / 10) }
}
