/// What the figures suggest, in sentences. Each stands on a figure that the analysis shows.
extension Analysis {
    package var recommendations: [String] {
        let all = [concurrencyAdvice, failureAdvice, slowCourseAdvice].compactMap { $0 } + retryAdvice
        return all.isEmpty ? ["nothing stands out"] : all
    }

    /// The levels at which the run spent a good part of its time, compared: what is rare says little.
    private var concurrencyAdvice: String? {
        let levels = concurrency.levels
        let whole = levels.reduce(0) { $0 + $1.seconds }
        let usual = levels.filter { $0.seconds >= whole / 20 }
        guard let most = usual.last, let best = usual.max(by: { $0.bytesPerSecond < $1.bytesPerSecond }) else {
            return nil
        }
        guard most.transfers > 1 else { return nil }
        if let enough = usual.first(where: { $0.bytesPerSecond >= best.bytesPerSecond * 0.95 }),
            enough.transfers * 3 <= most.transfers * 2
        {
            return
                "\(enough.transfers) transfers at once brought as much as \(most.transfers): '-j \(enough.transfers)' is enough"
        }
        // A few more bytes for twice as many transfers are no reason to try still more.
        let half = usual.last { $0.transfers * 2 <= most.transfers }
        guard best.transfers == most.transfers, best.bytesPerSecond >= (half?.bytesPerSecond ?? 0) * 1.2 else {
            return nil
        }
        return "the more at once, the more came: try '-j \(most.transfers * 3 / 2)'"
    }

    private var failureAdvice: String? {
        guard let worst = timeline.all.max(by: { share($0.span) < share($1.span) }), share(worst.span) >= 0.5,
            worst.span.failures >= 10, let error = worst.span.mostFrequentError
        else { return nil }
        return "failures came in a swarm, most of them '\(error.code)': see the time with the most of them"
    }

    private func share(_ span: Timeline.Span) -> Double { Double(span.failures) / Double(max(1, span.tries)) }

    private var slowCourseAdvice: String? {
        guard let mean = courses.meanBytesPerSecond, let slowest = courses.slowest(1).first, slowest.files >= 3,
            let rate = slowest.bytesPerSecond, rate * 4 < mean, let id = slowest.id
        else { return nil }
        return
            "course \(id) came at less than a quarter of the mean rate: its files may lie elsewhere, or be cold in the cache"
    }

    private var retryAdvice: [String] {
        retries.all.filter { $0.effect.tried >= 10 }.compactMap { code, effect in
            if effect.helped == 0 {
                return "trying again never helped after '\(code)': find its cause before the next run"
            }
            if effect.helped * 10 >= effect.tried * 9 { return nil }
            return effect.helped * 4 < effect.tried
                ? "trying again seldom helped after '\(code)': wait longer (--backoff)" : nil
        }
    }
}
