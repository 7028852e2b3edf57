import ArgumentParser
import Glibc
import ToolSupport

/// A moment to end at: an hour of the day, as in `06:00`, which is the next one by the local clock; or as in all options
/// that take a time.
struct Deadline: ExpressibleByArgument {
    /// Unix seconds.
    let time: Double

    init?(argument: String) { self.init(parsing: argument, now: UnixTime.now.seconds) }

    init?(parsing text: String, now: Int64) {
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
