internal import CLinux
internal import Glibc
internal import Synchronization

/// What time it is. Passed as an argument, so that tests bring their own.
package protocol Clock: Sendable {
    /// Unix seconds.
    var now: Double { get }
    /// Seconds since some fixed moment; never goes back, and stops only while the machine is suspended.
    var monotonic: Double { get }
    /// For how many seconds `monotonic` has stood still, since the process was stopped.
    var stopped: Double { get }
}

extension Clock {
    package var stopped: Double { 0 }
}

package struct SystemClock: Clock {
    package init() {}

    package var now: Double { read(CLOCK_REALTIME) }

    package var monotonic: Double { read(CLOCK_MONOTONIC) }

    /// Whether the kernel knows of something that keeps the time of day right, as a time service does (adjtimex(2)).
    package static var isSynchronized: Bool { tf_clock_is_synchronized() != 0 }

    private func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A clock that stands still while the process is stopped, by Ctrl-Z or SIGSTOP: nothing times out meanwhile. Its
/// process keeps SIGCONT among its `StopSignals`, and reads the clock at least once a second, and before it takes a
/// signal.
package final class ProcessClock: Clock {
    // All threads read it, again and again: only a pause takes the lock.
    private let readAt = Atomic(Double.infinity)
    private let pauses = Atomic(0.0)
    private let pauseLock = Mutex(())
    private let running: @Sendable () -> Double
    private let wasContinued: @Sendable () -> Bool

    /// A process that runs reads its clock more often than this, in seconds.
    private static let longestSilence = 1.5

    /// - Parameters:
    ///   - running: a monotonic clock that goes on.
    ///   - wasContinued: whether a SIGCONT has come that was not taken yet.
    package init(
        running: @escaping @Sendable () -> Double = { SystemClock().monotonic },
        wasContinued: @escaping @Sendable () -> Bool = { Signals.isPending(Signals.goOn) }
    ) {
        self.running = running
        self.wasContinued = wasContinued
    }

    package var now: Double { SystemClock().now }

    package var monotonic: Double {
        let (time, stopped) = read()
        return time - stopped
    }

    package var stopped: Double { read().stopped }

    /// A time that goes on, and for how many seconds of it the process was stopped.
    private func read() -> (time: Double, stopped: Double) {
        while true {
            let (before, stopped) = (readAt.load(ordering: .acquiring), pauses.load(ordering: .acquiring))
            let time = running()
            if time - before > Self.longestSilence {
                notePause(until: time)
            } else {
                _ = readAt.compareExchange(expected: before, desired: time, ordering: .acquiringAndReleasing)
            }
            // This thread may have been stopped between any two of these lines, and another one have noted it.
            if pauses.load(ordering: .acquiring) == stopped { return (time, stopped) }
        }
    }

    private func notePause(until time: Double) {
        pauseLock.withLock { _ in
            // Another thread may have noted it already.
            let silence = time - readAt.load(ordering: .acquiring)
            guard silence > Self.longestSilence else { return }
            if wasContinued() { pauses.store(pauses.load(ordering: .relaxed) + silence, ordering: .releasing) }
            readAt.store(time, ordering: .releasing)
        }
    }
}

/// What the clock on the wall shows: the day of the week and the minute of the day.
package struct WallTime: Equatable, Sendable {
    /// 0 is Monday.
    package let weekday: Int
    /// Since midnight, as the clock shows it.
    package let minute: Int

    package init(weekday: Int, minute: Int) { (self.weekday, self.minute) = (weekday, minute) }

    /// By the zone of this process, with its changes of the clock (localtime(3)).
    package static func local(unix seconds: Double) -> WallTime {
        var moment = time_t(seconds)
        var fields = unsafe tm()
        unsafe localtime_r(&moment, &fields)
        return unsafe WallTime(
            weekday: Int(fields.tm_wday + 6) % 7, minute: Int(fields.tm_hour) * 60 + Int(fields.tm_min))
    }
}

/// A moment in UTC, in the parts that calendars and clocks show. Unix time knows no leap seconds.
package struct CalendarTime: Equatable, Sendable {
    package let year, month, day, hour, minute, second: Int

    package init(unix seconds: Int64) {
        var moment = time_t(seconds)
        var fields = unsafe tm()
        unsafe gmtime_r(&moment, &fields)
        unsafe (year, month, day) = (Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday))
        unsafe (hour, minute, second) = (Int(fields.tm_hour), Int(fields.tm_min), Int(fields.tm_sec))
    }

    /// Nil where the calendar has no such date, or the clock no such time.
    private init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
        // timegm carries what is not a date or time over into the next month, day, hour or minute.
        guard (0...9999).contains(year), self == CalendarTime(unix: unixSeconds) else { return nil }
    }

    package var unixSeconds: Int64 {
        var fields = unsafe tm()
        unsafe (fields.tm_year, fields.tm_mon, fields.tm_mday) = (CInt(year) - 1900, CInt(month) - 1, CInt(day))
        unsafe (fields.tm_hour, fields.tm_min, fields.tm_sec) = (CInt(hour), CInt(minute), CInt(second))
        return Int64(unsafe timegm(&fields))
    }
}

// MARK: - As text

extension CalendarTime {
    /// Unix seconds of a moment as RFC 3339 writes it: `2026-12-31T23:00:00Z`, `2026-12-31T23:00:00.5+01:00`. A
    /// fraction is left out. Nil for any other text.
    package static func unixSeconds(rfc3339 text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        guard let time = CalendarTime(taking: "dddd-dd-ddTdd:dd:dd", from: &rest) else { return nil }
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
        }
        return offset(rest).map { time.unixSeconds - Int64($0) }
    }

    /// Unix seconds of a moment as Signature Version 4 writes it: `20261231T230000Z`.
    package static func unixSeconds(basic text: some StringProtocol) -> Int64? {
        var rest = Array(text.utf8)[...]
        guard let time = CalendarTime(taking: "ddddddddTdddddd", from: &rest), rest.elementsEqual("Z".utf8) else {
            return nil
        }
        return time.unixSeconds
    }

    /// `20261231T230000Z`.
    package var basic: String { "\(digits(year, 4))\(two(month))\(two(day))T\(two(hour))\(two(minute))\(two(second))Z" }

    /// `2026-12-31T23:00:00Z`.
    package var rfc3339: String {
        "\(digits(year, 4))-\(two(month))-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))Z"
    }

    /// As the clock on the wall shows it, with the name of its zone: `2026-12-31 23:00:00 CET`.
    package static func local(unix seconds: Int64) -> String {
        var moment = time_t(seconds)
        var fields = unsafe tm()
        unsafe localtime_r(&moment, &fields)
        var text = [CChar](repeating: 0, count: 128)
        let length = unsafe strftime(&text, text.count, "%Y-%m-%d %H:%M:%S %Z", &fields)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Parameter shape: a `d` for each digit, the six numbers in their order; all other characters as they are.
    private init?(taking shape: String, from text: inout ArraySlice<UInt8>) {
        var found: [Int] = []
        guard text.count >= shape.utf8.count else { return nil }
        for mark in shape.utf8 {
            let byte = text.removeFirst()
            if mark == UInt8(ascii: "d") {
                guard (0x30...0x39).contains(byte) else { return nil }
                found.append(Int(byte - 0x30))
            } else if byte != mark {
                return nil
            }
        }
        func number(_ from: Int) -> Int { found[from] * 10 + found[from + 1] }
        self.init(
            year: number(0) * 100 + number(2), month: number(4), day: number(6), hour: number(8), minute: number(10),
            second: number(12))
    }

    /// The seconds that `Z`, `+01:00` or `-0530` means.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        if text.elementsEqual("Z".utf8) { return 0 }
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = text.dropFirst().filter { $0 != UInt8(ascii: ":") }.map { Int($0) - 0x30 }
        guard digits.count == 4, digits.allSatisfy({ (0...9).contains($0) }), digits[2] < 6 else { return nil }
        let seconds = (digits[0] * 10 + digits[1]) * 3600 + (digits[2] * 10 + digits[3]) * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    private func two(_ number: Int) -> String { digits(number, 2) }

    private func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
