internal import ArgumentParser
internal import Glibc
internal import POSIX
package import Records

/// A moment as it is written in options: Unix seconds, or RFC 3339, as in `2026-12-31T23:00:00Z`.
package struct UnixTime: ExpressibleByArgument, Sendable {
    package let seconds: Int64

    package static var now: UnixTime { UnixTime(seconds: Int64(SystemClock().now)) }

    package init(seconds: Int64) { self.seconds = seconds }

    package init?(argument: String) {
        guard let seconds = Int64(argument) ?? CalendarTime.unixSeconds(rfc3339: argument), seconds >= 0 else {
            return nil
        }
        self.seconds = seconds
    }

    /// As it is in a log: `2026-12-31T23:00:00Z`.
    package var text: String { CalendarTime(unix: seconds).rfc3339 }
}

/// A moment to end at: an hour of the day, as in `06:00`, which is the next one by the local clock; or as in all
/// options that take a time.
package struct Deadline: ExpressibleByArgument, Sendable {
    /// Unix seconds.
    package let time: Double

    package init?(argument: String) { self.init(parsing: argument, now: UnixTime.now.seconds) }

    package init?(parsing text: String, now: Int64) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int32(parts[0]),
            let minute = Int32(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else {
            guard let moment = UnixTime(argument: text) else { return nil }
            time = Double(moment.seconds)
            return
        }
        var (now, fields) = (time_t(now), tm())
        localtime_r(&now, &fields)
        (fields.tm_hour, fields.tm_min, fields.tm_sec, fields.tm_isdst) = (hour, minute, 0, -1)
        var today = fields
        let moment = mktime(&today)
        if moment > now {
            time = Double(moment)
        } else {
            // mktime knows which day follows, and whether the clocks change in between.
            fields.tm_mday += 1
            time = Double(mktime(&fields))
        }
    }
}

extension Seconds: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: argument) }
}

extension ByteCount: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: argument) }
}
