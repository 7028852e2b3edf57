package import POSIX
internal import Records

/// What is not a limit, in words that follow the name of an option.
package struct LimitError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// How many bytes a second are allowed, by day and hour: `10M`, or `08:00 2M, 18:00 20M, Sat-Sun off`. Pure: what the
/// clock on the wall shows is an argument.
///
/// An entry with a time holds from then on, until another one with a time begins. One without a time holds for the whole
/// of its days, and comes before any with a time. What names days comes before what does not.
package struct RateTimetable: Equatable, Sendable {
    private struct Entry: Equatable, Sendable {
        /// As it was written.
        let text: String
        /// From Monday, 0, on; nil: every day, as none are named.
        let days: [Int]?
        /// Since midnight; nil: the whole day.
        let minute: Int?
        /// Bytes a second; nil: no limit.
        let rate: Int64?

        func isOn(_ day: Int) -> Bool { days?.contains(day) ?? true }
    }

    private let entries: [Entry]

    private static let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    /// Bytes a second: fewer would not fill one buffer of libcurl's.
    private static let lowest: Int64 = 1024

    package init(_ text: String) throws(LimitError) {
        var entries: [Entry] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let entry = try Self.entry(String(part), of: text)
            for other in entries { try Self.checkOverlap(other, entry) }
            entries.append(entry)
        }
        self.entries = entries
    }

    /// The same at all hours.
    package init(bytesPerSecond: Int64) {
        entries = [Entry(text: "", days: nil, minute: nil, rate: bytesPerSecond)]
    }

    /// Whether it is the same at all hours.
    package var isConstant: Bool { entries.count == 1 && entries[0].days == nil }

    /// Bytes a second; nil: no limit.
    package func rate(at time: WallTime) -> Int64? { (wholeDay(time) ?? last(before: time) ?? always)?.rate }

    private func wholeDay(_ time: WallTime) -> Entry? {
        entries.first { $0.minute == nil && $0.days?.contains(time.weekday) == true }
    }

    /// The entry with a time that began last, if need be days ago.
    private func last(before time: WallTime) -> Entry? {
        for back in 0...7 {
            let day = (time.weekday + 7 - back) % 7
            let begun = entries.filter { entry in
                entry.isOn(day) && entry.minute.map { back > 0 || $0 <= time.minute } == true
            }
            let latest = begun.max { left, right in
                (left.minute ?? 0, left.days == nil ? 0 : 1) < (right.minute ?? 0, right.days == nil ? 0 : 1)
            }
            if let latest { return latest }
        }
        return nil
    }

    private var always: Entry? { entries.first { $0.minute == nil && $0.days == nil } }

    // MARK: - Reading

    private static func entry(_ part: String, of text: String) throws(LimitError) -> Entry {
        var words = part.split(separator: " ").map(String.init)
        guard let last = words.popLast() else {
            throw LimitError("'\(text)': an entry is empty: give a rate, as in 2M or off, between two commas")
        }
        let rate = try rate(last)
        var (days, minute): ([Int]?, Int?)
        if let first = words.first, first.first?.isLetter == true { days = try Self.days(words.removeFirst()) }
        if !words.isEmpty { minute = try Self.minute(words.removeFirst()) }
        guard words.isEmpty else {
            throw LimitError(
                "'\(part.trimmed)': one word too many: an entry is days, a time and a rate, as in Mon-Fri 08:00 2M")
        }
        return Entry(text: part.trimmed, days: days, minute: minute, rate: rate)
    }

    private static func rate(_ word: String) throws(LimitError) -> Int64? {
        if word.lowercased() == "off" { return nil }
        guard let count = ByteCount(parsing: word) else {
            throw LimitError("'\(word)' is not a rate: give one as in 2M, or off")
        }
        guard count.value >= lowest else { throw LimitError("\(count): give 1k or more") }
        return count.value
    }

    /// `Sat`, or `Mon-Fri`, which may go over the end of the week.
    private static func days(_ word: String) throws(LimitError) -> [Int] {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { name in
            dayNames.firstIndex { $0.lowercased() == name.lowercased() }
        }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let day?, _): return [day]
        case (2, let first?, let last?): return (0...(last + 7 - first) % 7).map { (first + $0) % 7 }
        default: throw LimitError("'\(word)' is not a day: give one as in Sat, or days as in Mon-Fri")
        }
    }

    private static func minute(_ word: String) throws(LimitError) -> Int {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.map { $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) ? Int($0) : nil }
        guard numbers.count == 2, let hour = numbers[0], let minute = numbers[1], hour < 24, minute < 60 else {
            throw LimitError("'\(word)' is not a time: give one as in 08:00")
        }
        return hour * 60 + minute
    }

    /// Two entries that would hold at one time, of which none comes first.
    private static func checkOverlap(_ one: Entry, _ other: Entry) throws(LimitError) {
        let isAlways = { (entry: Entry) in entry.days == nil && entry.minute == nil }
        if isAlways(one) || isAlways(other) {
            let rest = isAlways(one) ? other : one
            guard rest.days == nil || rest.minute != nil else { return }
            throw LimitError("'\(one.text)' and '\(other.text)' overlap: give each a time, as in 08:00 2M")
        }
        guard (one.days == nil) == (other.days == nil),
            let day = (0..<7).first(where: { one.isOn($0) && other.isOn($0) }),
            one.minute == other.minute || one.minute == nil || other.minute == nil
        else { return }
        throw LimitError("'\(one.text)' and '\(other.text)' overlap on \(dayNames[day]): leave one of them")
    }
}

extension String {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
