import Curl
import Testing

@Suite struct HTTPDateTests {
    @Test("an HTTP date is read, anything else is not")
    func dates() {
        #expect(HTTPDate.parse("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.parse("Sunday, 06-Nov-94 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.parse("Sun Nov  6 08:49:37 1994") == 784_111_777)
        #expect(HTTPDate.parse("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(HTTPDate.parse("Fri, 31 Dec 9999 23:59:59 GMT") == 253_402_300_799)
        for text in ["", "yesterday", "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT"] {
            #expect(HTTPDate.parse(text) == nil)
        }
    }

    @Test("the form that servers write is read as libcurl reads the same moment in another form")
    func calendar() {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        for year in 1970...2110 {
            for (month, days) in zip(months, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                for day in ["01", "\(days)"] {
                    let rest = "\(day) \(month) \(year) 12:34:56 GMT"
                    // Without the day of the week, libcurl is asked.
                    #expect(HTTPDate.parse("Mon, " + rest) == HTTPDate.parse(rest))
                }
            }
        }
        #expect(HTTPDate.parse("Mon, 29 Feb 2000 00:00:00 GMT") == 951_782_400)
    }

    @Test("a moment that is written is read as the same", arguments: [0, 784_111_777, 951_782_399, 951_782_400])
    func written(time: Int64) {
        #expect(HTTPDate.parse(HTTPDate.text(time)) == time)
    }

    @Test("each first and last day of a month is written with its day of the week")
    func days() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(HTTPDate.text(-1) == "Thu, 01 Jan 1970 00:00:00 GMT")
        for day in stride(from: Int64(0), to: 60000, by: 7) {
            #expect(HTTPDate.text(day * 86400).hasPrefix("Thu, "))
            #expect(HTTPDate.parse(HTTPDate.text(day * 86400 + 3661)) == day * 86400 + 3661)
        }
    }
}
