internal import CCurl

/// A moment in an HTTP header (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    /// Unix seconds; nil for what libcurl does not take for a date. Each answer has two dates, in the one form that
    /// servers write: read here it costs a twentieth of what `curl_getdate` needs, which reads all others.
    package static func parse(_ text: String) -> Int64? {
        if let time = fixed(text.utf8Span.span) { return time }
        let time = unsafe curl_getdate(text, nil)
        return time < 0 ? nil : Int64(time)
    }

    /// A moment, in Unix seconds, in the form `IMF-fixdate`; at most the end of the year 9999.
    package static func text(_ time: Int64) -> String {
        let time = min(max(time, 0), 253_402_300_799)
        let (days, seconds) = (time / 86400, time % 86400)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var year = 1970 + days / 366
        while daysSince1970(year + 1, 1, 1) <= days { year += 1 }
        let month = (1...12).last { daysSince1970(year, $0, 1) <= days } ?? 1
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(weekdays[Int(days % 7)]), \(two(days - daysSince1970(year, month, 1) + 1)) \(names[Int(month) - 1])"
            + " \(year) \(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) GMT"
    }

    /// The form `IMF-fixdate`; nil for any other, and for a moment before 1970.
    private static func fixed(_ text: Span<UInt8>) -> Int64? {
        guard text.count == 29, isFixed(text) else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for index in range {
                guard (0x30...0x39).contains(text[index]) else { return nil }
                value = value * 10 + Int64(text[index] - 0x30)
            }
            return value
        }
        guard let day = number(5..<7), let year = number(12..<16), let hour = number(17..<19),
            let minute = number(20..<22), let second = number(23..<25), let month = month(text.extracting(8..<11))
        else { return nil }
        guard year >= 1970, (1...31).contains(day), hour < 24, minute < 60, second < 60 else { return nil }
        return daysSince1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    }

    /// Whether all that is between names and numbers is where the form has it.
    private static func isFixed(_ text: Span<UInt8>) -> Bool {
        text[3] == UInt8(ascii: ",") && text[4] == 0x20 && text[7] == 0x20 && text[11] == 0x20 && text[16] == 0x20
            && text[19] == UInt8(ascii: ":") && text[22] == UInt8(ascii: ":") && text[25] == 0x20
            && text[26] == UInt8(ascii: "G") && text[27] == UInt8(ascii: "M") && text[28] == UInt8(ascii: "T")
    }

    /// 1 to 12.
    private static func month(_ name: Span<UInt8>) -> Int64? {
        let word = UInt32(name[0]) << 16 | UInt32(name[1]) << 8 | UInt32(name[2])
        return months.firstIndex(of: word).map { Int64($0) + 1 }
    }

    /// The names' letters, each in a byte: comparing a word costs less than comparing a text.
    private static let months: [UInt32] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    /// In the calendar of today, which begins its year in March for the sake of the leap day.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let (century, yearOfCentury) = (marchYear / 100, marchYear % 100)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 146_097 * century / 4 + 1461 * yearOfCentury / 4 + dayOfYear - 719_468
    }
}
