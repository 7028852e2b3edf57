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
}
