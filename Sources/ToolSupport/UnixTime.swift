internal import ArgumentParser
internal import Glibc
internal import POSIX

/// A moment as it is written in options: Unix seconds, or RFC 3339 in UTC, as in `2026-12-31T23:00:00Z`.
package struct UnixTime: ExpressibleByArgument, Sendable {
    package let seconds: Int64

    package static var now: UnixTime { UnixTime(seconds: Int64(SystemClock().now)) }

    package init(seconds: Int64) { self.seconds = seconds }

    package init?(argument: String) {
        if let seconds = Int64(argument), seconds >= 0 {
            self.seconds = seconds
            return
        }
        let shape = "dddd-dd-ddTdd:dd:ddZ"
        let text = Array(argument.utf8)
        guard text.count == shape.utf8.count,
            zip(text, shape.utf8).allSatisfy({ $1 == UInt8(ascii: "d") ? (0x30...0x39).contains($0) : $0 == $1 })
        else { return nil }
        func number(_ from: Int, _ count: Int) -> Int32 {
            text[from..<from + count].reduce(0) { $0 * 10 + Int32($1 - 0x30) }
        }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (number(0, 4) - 1900, number(5, 2) - 1, number(8, 2))
        (fields.tm_hour, fields.tm_min, fields.tm_sec) = (number(11, 2), number(14, 2), number(17, 2))
        let written = fields
        seconds = Int64(timegm(&fields))
        // timegm carries what is no date or time over into the next month, day, hour or minute.
        guard fields.tm_mon == written.tm_mon, fields.tm_mday == written.tm_mday, fields.tm_hour == written.tm_hour,
            fields.tm_min == written.tm_min, seconds >= 0
        else { return nil }
    }

    /// As it stands in a log: `2026-12-31T23:00:00Z`.
    package var text: String {
        var (moment, fields) = (time_t(seconds), tm())
        gmtime_r(&moment, &fields)
        let shape = "0000-00-00T00:00:00Z"
        return String(unsafeUninitializedCapacity: shape.utf8.count + 1) { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                strftime($0.baseAddress, $0.count, "%Y-%m-%dT%H:%M:%SZ", &fields)
            }
        }
    }
}
