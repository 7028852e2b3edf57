internal import ArgumentParser
internal import POSIX

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

    /// As it stands in a log: `2026-12-31T23:00:00Z`.
    package var text: String { CalendarTime(unix: seconds).rfc3339 }
}
