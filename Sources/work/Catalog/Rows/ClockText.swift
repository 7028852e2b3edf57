/// How long something takes: `12:34`, `1:02:03`, `PT5M`, `1h 2m`, `90 sec`.
enum ClockText {
    private static let units: [String: Int64] = [
        "d": 86400, "day": 86400, "days": 86400, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
        "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "s": 1, "sec": 1, "secs": 1, "second": 1,
        "seconds": 1,
    ]

    /// Nil where it is not one, or has parts of a second.
    static func seconds(_ text: String) -> Int64? {
        text.contains(":") ? clock(text) : amounts(text.lowercased())
    }

    /// Minutes and seconds, with hours before them or not.
    private static func clock(_ text: String) -> Int64? {
        let parts = withoutZeroDecimals(text).split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count),
            parts.allSatisfy({ (1...6).contains($0.count) && $0.allSatisfy(\.isDigit) })
        else { return nil }
        var seconds: Int64 = 0
        for (index, part) in parts.enumerated() {
            guard let value = Int64(part), index == 0 || value < 60 && part.count == 2 else { return nil }
            seconds = seconds * 60 + value
        }
        return seconds
    }

    /// Numbers with their units; those of ISO 8601 have a `P` before them, and a `T` before the hours.
    private static func amounts(_ text: String) -> Int64? {
        var rest = Substring(text)
        if rest.first == "p" {
            rest.removeFirst()
            if let time = rest.firstIndex(of: "t") { rest.remove(at: time) }
        }
        var seconds: Int64 = 0
        var count = 0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isDigit || $0 == "." }
            rest = rest[number.endIndex...].drop { $0 == " " }
            let unit = rest.prefix { $0.isLetter }
            rest = rest[unit.endIndex...].drop { $0 == " " || $0 == "." }
            guard let value = Int64(withoutZeroDecimals(String(number))), value < 1_000_000_000,
                let length = units[String(unit)]
            else { return nil }
            seconds += value * length
            count += 1
        }
        return count > 0 ? seconds : nil
    }

    private static func withoutZeroDecimals(_ text: String) -> String {
        guard let point = text.lastIndex(where: { $0 == "." || $0 == "," }), point != text.startIndex else {
            return text
        }
        let decimals = text[text.index(after: point)...]
        return !decimals.isEmpty && decimals.allSatisfy { $0 == "0" } ? String(text[..<point]) : text
    }
}
