import Foundation
import Testing

@testable import Origin

@Test(
    "dates are written as HTTP wants them", arguments: [0, 951_782_399, 951_782_400, 1_709_251_199, 4_102_444_799, -1])
func httpDates(seconds: Int64) {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    #expect(HTTPDateText.text(seconds) == formatter.string(from: Date(timeIntervalSince1970: Double(seconds))))
}
