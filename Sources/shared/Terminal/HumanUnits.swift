internal import Glibc

/// Figures as people read them, the same in every language setting.
package enum HumanUnits {
    /// `1234567` as `1,234,567`.
    package static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// Bytes in powers of 1,024, with one decimal: `1.2 GiB`.
    package static func bytes(_ value: Int64) -> String {
        guard value >= 1024 else { return "\(value) B" }
        var amount = Double(value)
        var unit = -1
        while amount >= 1023.95 && unit < 5 {
            amount /= 1024
            unit += 1
        }
        return "\(oneDecimal(amount)) \(["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][unit])"
    }

    /// Bytes a second: `45.1 MiB/s`.
    package static func rate(_ bytes: Double) -> String {
        "\(Self.bytes(Int64(exactly: bytes.rounded(.down)) ?? .max))/s"
    }

    /// A part of a whole: `0.0 %` only for none of it, `100.0 %` only for all of it.
    package static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "" }
        let thousandths = Int((Double(part) / Double(whole) * 1000).rounded())
        let honest = part == 0 || part == whole ? thousandths : min(max(thousandths, 1), 999)
        return "\(honest / 10).\(honest % 10) %"
    }

    /// The two largest units of a length of time: `2 h 5 min`. One below zero, as between two moments of a clock that
    /// was set back, is not one; nor is one that is not a number.
    package static func duration(_ seconds: Double) -> String {
        let seconds = seconds > 0 ? seconds : 0
        // From here on it would be rounded to 60.0 s.
        guard seconds >= 59.95 else { return "\(oneDecimal(seconds)) s" }
        let total = Int(min(seconds, 1e15).rounded())
        let parts = [(total / 86400, "d"), (total / 3600 % 24, "h"), (total / 60 % 60, "min"), (total % 60, "s")]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// A length of time as a clock shows it, for what counts down: `0:05`, `12:05`, `3:10:00`, `2d 04:00`.
    package static func clock(_ seconds: Double) -> String {
        let whole = seconds > 0 ? Int(min(seconds, 1e9).rounded()) : 0
        let (days, hours, minutes) = (whole / 86400, whole / 3600 % 24, whole / 60 % 60)
        if days > 0 { return "\(days)d \(twoDigits(hours)):\(twoDigits(minutes))" }
        let rest = twoDigits(whole % 60)
        return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(rest)" : "\(minutes):\(rest)"
    }

    /// A moment in UTC: `2026-11-23 02:15:06`.
    package static func moment(_ unixSeconds: Double) -> String {
        var time = unixSeconds > yearZero ? time_t(min(unixSeconds, yearTenThousand - 1)) : time_t(yearZero)
        var parts = tm()
        gmtime_r(&time, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map(twoDigits)
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { twoDigits(Int($0)) }
        return "\(date.joined(separator: "-")) \(clock.joined(separator: ":"))"
    }

    /// Years of four digits. Times that a stranger made up are shown as the first or the last of them.
    private static let yearZero = -62_167_219_200.0
    private static let yearTenThousand = 253_402_300_800.0

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// What keeps work waiting, in words: `before the next try, 2 transfers, 0:03`.
package enum HoldText {
    /// - Parameters:
    ///   - reason: may come from a stranger.
    ///   - transfers: that wait for it; 0 where it is other work that does.
    ///   - seconds: until its end; nil where that is not known.
    package static func text(_ reason: String, transfers: Int, seconds: Double?) -> String {
        var words = [DisplayText.visible(reason)]
        if transfers > 0 { words.append(transfers == 1 ? "1 transfer" : "\(transfers) transfers") }
        if let seconds { words.append(HumanUnits.clock(seconds)) }
        return words.joined(separator: ", ")
    }
}

/// What a run may use now, in words: `limit 5.0 MiB/s`, `limit 4 at a time`, `-j auto: 6`.
package enum LimitText {
    /// - Parameter isAuto: whether the run finds out itself how many bring most.
    package static func words(bytesPerSecond: Int64?, jobs: Int?, isAuto: Bool = false) -> [String] {
        let rate = bytesPerSecond.map { "limit \(HumanUnits.bytes($0))/s" }
        return [rate, jobs.map { isAuto ? "-j auto: \($0)" : "limit \($0) at a time" }].compactMap(\.self)
    }
}
